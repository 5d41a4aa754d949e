using System.Globalization;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What the deployment agreed on, as people read and write it.</summary>
internal static class AgreementText
{
    public const string Forms = "interval=10s, shard-size=500 or provider=http://10.0.0.7:3000 (or provider=simulator)";

    private const string Interval = "interval";
    private const string ShardSize = "shard-size";
    private const string Provider = "provider";
    private const string NotYet = "(not agreed yet)";

    public static IEnumerable<string> Lines(DeploymentAgreement agreement) =>
        Values(agreement).Select(value => $"{value.Name,-10}  {value.Value ?? NotYet}");

    /// <summary>A sentence for each value that a change makes different.</summary>
    public static IEnumerable<string> Changes(DeploymentAgreement before, DeploymentAgreement change) =>
        Values(before).Zip(Values(change))
            .Where(pair => pair.Second.Value is { } now && now != pair.First.Value)
            .Select(pair => $"{pair.First.Name}: {pair.First.Value ?? NotYet} before, {pair.Second.Value} now.");

    /// <summary>Reads <c>name=value</c>s; each name once.</summary>
    public static bool TryParse(IEnumerable<string> settings, out DeploymentAgreement change, out IReadOnlyList<string> problems)
    {
        change = new DeploymentAgreement(null, null, null);
        var found = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var parts = setting.Split('=', 2);
            var problem = parts.Length < 2 ? $"'{setting}' is not {Forms}."
                : !names.Add(parts[0]) ? $"{parts[0]} is given twice."
                : Set(parts[0], parts[1], ref change);
            if (problem is not null)
                found.Add(problem);
        }
        found.AddRange(change.Problems());
        problems = found;
        return found.Count == 0;
    }

    private static string? Set(string name, string value, ref DeploymentAgreement change)
    {
        switch (name)
        {
            case Interval when DurationText.TryParse(value, out var interval):
                change = change with { Interval = interval };
                return null;
            case Interval:
                return $"{Interval}: '{value}' is not {DurationText.Forms}.";
            case ShardSize when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size):
                change = change with { ShardSize = size };
                return null;
            case ShardSize:
                return $"{ShardSize}: '{value}' is not a whole number.";
            case Provider when ProviderIdentity.TryParse(value, out var provider):
                change = change with { Provider = provider };
                return null;
            case Provider:
                return $"{Provider}: '{value}' is neither an address such as http://10.0.0.7:3000 nor 'simulator'.";
            default:
                return $"'{name}' is not something that a deployment agrees on: {Forms}.";
        }
    }

    private static IEnumerable<(string Name, string? Value)> Values(DeploymentAgreement agreement) =>
    [
        (Interval, agreement.Interval is { } interval ? DurationText.Format(interval) : null),
        (ShardSize, agreement.ShardSize?.ToString(CultureInfo.InvariantCulture)),
        (Provider, agreement.Provider?.Description),
    ];
}
