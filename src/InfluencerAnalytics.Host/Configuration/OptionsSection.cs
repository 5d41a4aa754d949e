using System.Reflection;
using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>One section of the configuration and the options record that it is read into.</summary>
/// <param name="Name">Its top-level key.</param>
/// <param name="Type">The record.</param>
/// <param name="Read">Binds the record, or its defaults when the section is missing, and adds what is wrong with it.</param>
internal sealed record OptionsSection(string Name, Type Type, Func<IConfiguration, OptionsErrors, object> Read)
{
    /// <summary>
    /// Every section that this program knows, those of roles that do not run included: one file may serve several roles,
    /// and a typo must not pass because its role is elsewhere.
    /// </summary>
    public static IReadOnlyList<OptionsSection> All { get; } = Find();

    private static OptionsSection Of<T>() where T : class, IValidatedOptions, new() =>
        new(T.Section, typeof(T), static (configuration, errors) =>
        {
            var options = configuration.GetSection(T.Section).Get<T>() ?? new T();
            options.Validate(errors);
            return options;
        });

    private static List<OptionsSection> Find()
    {
        var of = typeof(OptionsSection).GetMethod(nameof(Of), BindingFlags.NonPublic | BindingFlags.Static)!;
        return OwnAssemblies()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IValidatedOptions)))
            .Select(type => (OptionsSection)of.MakeGenericMethod(type).Invoke(null, null)!)
            .OrderBy(section => section.Name, StringComparer.Ordinal)
            .ToList();
    }

    private static IEnumerable<Assembly> OwnAssemblies()
    {
        var host = typeof(OptionsSection).Assembly;
        yield return host;
        foreach (var name in host.GetReferencedAssemblies())
        {
            if (name.Name is { } text && text.StartsWith("InfluencerAnalytics", StringComparison.Ordinal))
                yield return Assembly.Load(name);
        }
    }
}
