using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using Microsoft.Extensions.Configuration.Json;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>
/// Looks at every section at once, before anything starts: unknown keys (a typo would silently leave the default), values that
/// cannot be read, and values that the options refuse. .NET's own binder would stop at the first.
/// </summary>
internal static class OptionsCheck
{
    /// <summary>Top-level sections that are .NET's and not ours to judge.</summary>
    private static readonly string[] ForeignSections = ["Logging", "Kestrel", "AllowedHosts", "ConnectionStrings", "HttpClientHandler"];

    public static OptionsReport Run(IConfigurationRoot configuration) => Run(configuration, OptionsSection.All);

    public static OptionsReport Run(IConfigurationRoot configuration, IReadOnlyList<OptionsSection> sections)
    {
        var errors = new List<string>();
        var warnings = new List<string>();
        var normalized = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var values = new List<EffectiveValue>();
        var valid = new List<object>();
        foreach (var section in sections)
        {
            var bad = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            CheckKeys(configuration.GetSection(section.Name), section.Type, bad, normalized);
            errors.AddRange(bad.Select(pair => $"{pair.Key}: {pair.Value}"));
            if (CheckValues(configuration, section, bad, normalized, errors) is not { } options)
                continue;
            valid.Add(options);
            EffectiveValues.Collect(configuration, section.Name, options, values);
        }
        CheckTogether(valid, errors);
        CheckSectionNames(configuration, sections, errors, warnings);
        return new OptionsReport(errors, warnings, normalized, values);
    }

    private static void CheckKeys(IConfigurationSection section, Type type, Dictionary<string, string> bad, Dictionary<string, string?> normalized)
    {
        // A value at a section's own name is left alone: an unrelated environment variable may well be called Provider.
        var properties = Settable(type);
        foreach (var child in section.GetChildren())
        {
            var property = properties.Find(p => string.Equals(p.Name, child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                bad[child.Path] = $"there is no such setting.{Suggestion(child.Key, properties.Select(p => p.Name))}";
            else if (IsNested(property.PropertyType))
                CheckKeys(child, property.PropertyType, bad, normalized);
            else if (IsLeaf(property.PropertyType))
                CheckLeaf(child, property.PropertyType, bad, normalized);
        }
    }

    private static void CheckLeaf(IConfigurationSection child, Type type, Dictionary<string, string> bad, Dictionary<string, string?> normalized)
    {
        if (child.Value is not { } text)
        {
            if (child.GetChildren().Any())
                bad[child.Path] = $"is {Describe(type)}, not a section.";
            return;
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            // The binder takes an empty text for "not set", which is how the environment says null.
            if (text.Length == 0)
                return;
            type = underlying;
        }
        if (type == typeof(TimeSpan))
        {
            if (DurationText.TryParse(text, out var duration))
                normalized[child.Path] = duration.ToString("c", CultureInfo.InvariantCulture);
            else
                bad[child.Path] = $"'{text}' is not {DurationText.Forms}.";
        }
        else if (!Converts(text, type))
        {
            bad[child.Path] = $"'{text}' is not {Describe(type)}.";
        }
    }

    // The options, where nothing is wrong with them.
    private static object? CheckValues(
        IConfigurationRoot configuration, OptionsSection section, Dictionary<string, string> bad, Dictionary<string, string?> normalized, List<string> errors)
    {
        // What cannot be read is told already; without it the rest can still be judged.
        var readable = new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.GetSection(section.Name).AsEnumerable().Where(pair => !bad.ContainsKey(pair.Key) && IsValue(configuration, pair)))
            .AddInMemoryCollection(normalized)
            .Build();
        var found = new OptionsErrors(section.Name);
        try
        {
            var options = section.Read(readable, found);
            errors.AddRange(found.All);
            return found.All.Count + bad.Count == 0 ? options : null;
        }
        catch (InvalidOperationException exception)
        {
            // The binder's own words, for shapes (lists, maps) that the checks above leave to it.
            errors.Add($"{section.Name}: {exception.Message}");
            return null;
        }
    }

    // What one section needs of another. Of a section with errors, these come first.
    private static void CheckTogether(List<object> valid, List<string> errors)
    {
        if (Of<StorageOptions>() is { } storage && Of<SeedingOptions>() is { } seeding && Of<SqsOptions>() is { } sqs)
            errors.AddRange(SqsNeeds.Errors(storage, seeding, sqs, SqsRegion.Problem));

        T? Of<T>() => valid.OfType<T>().FirstOrDefault();
    }

    /// <summary>A setting, null included (an explicit null means something); not a section that only holds others.</summary>
    private static bool IsValue(IConfigurationRoot configuration, KeyValuePair<string, string?> pair) =>
        pair.Value is not null || !configuration.GetSection(pair.Key).GetChildren().Any();

    private static void CheckSectionNames(IConfigurationRoot configuration, IReadOnlyList<OptionsSection> sections, List<string> errors, List<string> warnings)
    {
        // The environment is full of names that are not ours, so only what was written for this program is looked at.
        foreach (var provider in configuration.Providers.Where(EffectiveValues.IsOwnSource))
        {
            foreach (var key in provider.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                var known = sections.Select(s => s.Name).Concat(ForeignSections);
                if (known.Contains(key, StringComparer.OrdinalIgnoreCase))
                    continue;
                // A file may well hold sections for something else; the command line is for this program alone.
                (provider is JsonConfigurationProvider ? warnings : errors).Add($"{key}: there is no such section ({EffectiveValues.NameOf(provider)}).{Suggestion(key, sections.Select(s => s.Name))}");
            }
        }
    }

    internal static List<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0).ToList();

    internal static bool IsNested(Type type) => type is { IsClass: true, IsArray: false }
        && type.Namespace?.StartsWith("InfluencerAnalytics", StringComparison.Ordinal) == true
        && !TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private static bool IsLeaf(Type type) => TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).CanConvertFrom(typeof(string));

    private static bool Converts(string text, Type type)
    {
        try
        {
            return type == typeof(string) || TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type)),
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) || type == typeof(short) => "a whole number",
            _ when type == typeof(double) || type == typeof(decimal) || type == typeof(float) => "a number",
            _ when type == typeof(TimeSpan) => DurationText.Forms,
            _ when type == typeof(Uri) => "an address",
            _ => "a text",
        };
    }

    /// <summary>The name that was likely meant: at most two letters away.</summary>
    private static string Suggestion(string key, IEnumerable<string> names)
    {
        var best = names.Select(name => (name, distance: Distance(key, name))).OrderBy(pair => pair.distance).FirstOrDefault();
        return best.name is not null && best.distance <= 2 ? $" Did you mean {best.name}?" : "";
    }

    /// <summary>Levenshtein's distance, letters compared without case.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }
        return row[^1];
    }
}
