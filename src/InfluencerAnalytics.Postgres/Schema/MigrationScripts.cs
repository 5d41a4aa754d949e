using System.Reflection;
using DbUp.Engine;

namespace InfluencerAnalytics.Postgres.Schema;

/// <summary>The migrations that this program brings, in their order. Of those with an engine in their name, only that engine's are run.</summary>
internal static class MigrationScripts
{
    public const string TimescaleSuffix = ".timescale.sql";
    private const string PlainSuffix = ".plain.sql";

    public static IEnumerable<string> Names(bool isTimescale) => typeof(MigrationScripts).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && !name.EndsWith(isTimescale ? PlainSuffix : TimescaleSuffix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static IEnumerable<SqlScript> For(bool isTimescale) => Names(isTimescale).Select(name => new SqlScript(name, Read(name, isTimescale)));

    // A table is partitioned when it is made, or never.
    private static string Read(string name, bool isTimescale)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd()
            .Replace("@partitioned_by_slot@", isTimescale ? "" : " PARTITION BY RANGE (slot)", StringComparison.Ordinal)
            .Replace("@partitioned_by_start@", isTimescale ? "" : " PARTITION BY RANGE (start)", StringComparison.Ordinal);
    }
}
