using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>Shows options as they came out, and from where.</summary>
internal static class EffectiveValues
{
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "ConnectionString", "Hash"];

    /// <summary>Whether a provider holds only what was written for this program; the environment holds everybody's.</summary>
    public static bool IsOwnSource(IConfigurationProvider provider) => provider is JsonConfigurationProvider or MemoryConfigurationProvider;

    public static string NameOf(IConfigurationProvider provider) => provider switch
    {
        JsonConfigurationProvider { Source.Path: { } path } => Path.GetFileName(path),
        EnvironmentVariablesConfigurationProvider => "environment",
        MemoryConfigurationProvider => "command line",
        _ => provider.GetType().Name,
    };

    public static void Collect(IConfigurationRoot configuration, string path, object options, List<EffectiveValue> into)
    {
        foreach (var property in OptionsCheck.Settable(options.GetType()).OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (value is not null && OptionsCheck.IsNested(property.PropertyType))
                Collect(configuration, key, value, into);
            else
                into.Add(new EffectiveValue(key, IsSecret(property.Name) && value is not null ? "(hidden)" : Text(value), SourceOf(configuration, key)));
        }
    }

    private static string SourceOf(IConfigurationRoot configuration, string key)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any())
                return NameOf(provider);
        }
        return "default";
    }

    private static bool IsSecret(string name) => Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Text(object? value) => value switch
    {
        null => "(not set)",
        TimeSpan span => DurationText.Format(span),
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        ICollection { Count: 0 } => "(empty)",
        IDictionary map => $"({map.Count} entries)",
        IEnumerable list => ListText(list),
        _ => value.ToString() ?? "",
    };

    // A list of records may hold secrets, so only plain values are spelt out.
    private static string ListText(IEnumerable list)
    {
        var items = list.Cast<object?>().ToList();
        return items.TrueForAll(item => item is string or IFormattable) ? string.Join(", ", items.Select(Text)) : $"({items.Count} entries)";
    }
}
