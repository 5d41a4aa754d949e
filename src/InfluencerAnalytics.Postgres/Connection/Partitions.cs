using System.Collections.Concurrent;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>Has the partitions made that a write needs, where they are missing. Safe for concurrent use.</summary>
internal sealed class Partitions(PostgresDatabase database)
{
    // As the database cuts: from 2000 on, in steps of the span.
    private static readonly DateTime Origin = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ConcurrentDictionary<(string Table, DateTime Start), bool> _known = new();

    /// <summary>Makes sure of those that hold some moments.</summary>
    public async Task EnsureAsync(NpgsqlConnection connection, PartitionedSeries series, IReadOnlyCollection<DateTime> moments, CancellationToken cancellationToken)
    {
        if (database.Kind!.IsTimescale)
            return;
        foreach (var start in moments.Select(moment => StartOf(series, moment)).Distinct().Order())
        {
            if (_known.ContainsKey((series.Table, start)))
                continue;
            // One that this write makes may still be undone with it.
            if (await connection.GetAsync<bool>($"SELECT to_regclass('influencer_analytics.{series.Table}_{start:yyyyMMddHH}') IS NOT NULL", [], cancellationToken))
                _known[(series.Table, start)] = true;
            else
                await connection.DoAsync("SELECT influencer_analytics.make_partitions($1, $2, $3, $3)", [series.Table, series.Span, start], cancellationToken);
        }
    }

    /// <summary>Forgets which are there: one is missing, since the clock was ahead when it was dropped, or somebody else dropped it.</summary>
    public void Forget() => _known.Clear();

    public static DateTime StartOf(PartitionedSeries series, DateTime moment)
    {
        var ticks = (moment - Origin).Ticks;
        var span = series.Span.Ticks;
        return Origin.AddTicks(ticks - ((ticks % span) + span) % span);
    }
}
