using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Benchmarks.Storage;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Postgres.Configuration;
using InfluencerAnalytics.Postgres.Connection;
using InfluencerAnalytics.Postgres.Stores;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Roster;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Benchmarks.RosterPages;

/// <summary>A roster with two slots of readings, of which one in a hundred fails and one in a hundred was removed, and what finding somebody in it takes.</summary>
internal sealed class RosterPagesBenchmark(int influencers)
{
    private const int Page = 100;
    private const int Asked = 200;
    private const int ShardSize = 500;
    private const int ShardsPerWrite = 40;
    private const long MinuteMs = 60_000;

    // Ingesters write names a part at a time: as if they had gone on for ten intervals.
    private const string Settle =
        """
        INSERT INTO influencer_analytics.usernames SELECT DISTINCT ON (influencer_id) influencer_id, username, lower(username) FROM influencer_analytics.data_points ON CONFLICT DO NOTHING;
        ANALYZE;
        """;

    private readonly Random _random = new(1);

    public async Task<int> RunAsync(string? connectionString, CancellationToken cancellationToken)
    {
        if (connectionString is null)
        {
            var root = Directory.CreateTempSubdirectory("influencer-analytics-roster-");
            try
            {
                using var embedded = EmbeddedDatabase.Open(new EmbeddedOptions { DataDirectory = root.FullName }, TimeProvider.System, NullLoggerFactory.Instance);
                await MeasureAsync(embedded.Store, cancellationToken);
            }
            finally
            {
                root.Delete(recursive: true);
            }
            return 0;
        }
        await using var own = await OwnDatabase.CreateAsync(connectionString, Console.Out, cancellationToken);
        await using var database = new PostgresDatabase(new PostgresOptions { ConnectionString = own.ConnectionString }, NullLoggerFactory.Instance);
        await MeasureAsync(new PostgresStore(database, TimeProvider.System), cancellationToken, () => OwnDatabase.DoAsync(own.ConnectionString, Settle, cancellationToken));
        return 0;
    }

    private async Task MeasureAsync(IInfluencerStore store, CancellationToken cancellationToken, Func<Task>? settle = null)
    {
        var filling = Stopwatch.GetTimestamp();
        await FillAsync(store, cancellationToken);
        if (settle is not null)
            await settle();
        var rows = new List<(string, string)> { ("filled, s", string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(filling).TotalSeconds:0}")) };
        rows.Add(("one by its id", await TimesAsync(async () => await store.FindMemberAsync(Id(), cancellationToken))));
        rows.Add(("all, by id", await SearchAsync(store, () => new RosterSearch(null, null, new RosterPlace("", Id()), Page), cancellationToken)));
        rows.Add(("a whole username", await SearchAsync(store, () => new RosterSearch(NameOf(Id()), null, default, Page), cancellationToken)));
        rows.Add(("all usernames, from the first", await SearchAsync(store, () => new RosterSearch("name", null, default, Page), cancellationToken)));
        rows.Add(("a username among those that fail", await SearchAsync(store, () => new RosterSearch("name_1", RosterState.Failing, default, Page), cancellationToken)));
        rows.Add(("failing", await SearchAsync(store, () => new RosterSearch(null, RosterState.Failing, new RosterPlace("", Id()), Page), cancellationToken)));
        rows.Add(("removed", await SearchAsync(store, () => new RosterSearch(null, RosterState.Removed, new RosterPlace("", Id()), Page), cancellationToken)));
        rows.Add(("gone, of whom there are none", await SearchAsync(store, () => new RosterSearch(null, RosterState.Gone, default, Page), cancellationToken)));
        Table.Print([.. rows]);
    }

    private async Task FillAsync(IInfluencerStore store, CancellationToken cancellationToken)
    {
        foreach (var ids in Enumerable.Range(1, influencers).Select(static id => (long)id).Chunk(10_000))
            await store.AddInfluencersAsync(ids, 0, cancellationToken);
        var slot = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / MinuteMs * MinuteMs;
        for (var i = 0; i < 2; i++)
        {
            foreach (var ids in Enumerable.Range(1, influencers).Chunk(ShardSize * ShardsPerWrite))
                await store.AppendAsync([BatchOf(ids, slot + i * MinuteMs, someFail: i == 1)], cancellationToken);
        }
        foreach (var ids in Enumerable.Range(1, influencers).Where(static id => id % 100 == 3).Select(static id => (long)id).Chunk(1000))
            await store.RemoveInfluencersAsync(ids, cancellationToken);
    }

    private static DataPointBatch BatchOf(int[] ids, long slot, bool someFail) => new(
        slot, TimeSpan.FromMinutes(1),
        [.. ids.Where(id => !someFail || id % 100 != 7).Select(id => Point(id, slot))],
        [.. ids.Where(id => someFail && id % 100 == 7).Select(static id => new Miss(id, MissReason.Timeout))]);

    private static DataPoint Point(int id, long slot) => new(id, 1000 + id, 10, slot, slot + 100, NameOf(id));

    private static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"name_{id * 7919 % 1_000_003}");

    private long Id() => _random.Next(1, influencers + 1);

    private static Task<string> SearchAsync(IInfluencerStore store, Func<RosterSearch> search, CancellationToken cancellationToken) =>
        TimesAsync(async () => await store.SearchRosterAsync(search(), cancellationToken));

    private static async Task<string> TimesAsync(Func<Task> ask)
    {
        var times = new List<double>();
        for (var i = 0; i < Asked; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{times[Asked / 2]:0.00} ms / {times[Asked * 99 / 100]:0.00} ms");
    }
}
