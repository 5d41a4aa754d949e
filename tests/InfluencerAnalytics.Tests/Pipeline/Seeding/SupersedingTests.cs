using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Tests.Pipeline.Seeding;

/// <summary>
/// No slot has a gap and no superseded shard stays, whenever generations are sealed, fetchers start and the store is away. Seeder, roster service and
/// roster views are real; visits are as <see cref="Visitor"/> makes them, but take no time, so that thousands of timings can be tried.
/// </summary>
[Collection(FakeClock.Name)]
public sealed class SupersedingTests
{
    private const int Intervals = 8;
    private const int StepsAnInterval = 50;

    private static readonly Gen<Happening> Happenings = Gen.Select(
        Gen.Int[0, Intervals * StepsAnInterval],
        Gen.Frequency((4, Gen.Const("seed")), (2, Gen.Const("start")), (1, Gen.Const("stop")), (1, Gen.Const("away")), (1, Gen.Const("back")), (3, Gen.Const("track")), (1, Gen.Const("untrack"))),
        Gen.Long[1, 40]).Select((step, kind, id) => new Happening(step, kind, id));

    // Several sealings within an interval, seconds after another.
    private static readonly Gen<Happening[]> Bursts = Gen.Select(Gen.Int[0, (Intervals - 1) * StepsAnInterval], Gen.Int[2, 8], Gen.Int[1, 12])
        .Select((first, count, apart) => Enumerable.Range(0, count).Select(number => new Happening(first + number * apart, "seed", 0)).ToArray());

    [Fact]
    public async Task AnyTiming_EverySlotOfEveryTrackedIdIsFetched_AndSupersededShardsGo() =>
        await Gen.Select(Gen.OneOf(Gen.Const(5), Gen.Const(10), Gen.Const(60)), Gen.Int[-1200, 1200], Happenings.Array[0, 25], Bursts.Array[0, 2].Select(bursts => bursts.SelectMany(burst => burst).ToArray()))
            .SampleAsync(async (intervalSeconds, storeAheadMs, happenings, bursts) =>
            {
                await using var deployment = new Deployment(intervalSeconds, shardSize: 3);
                deployment.Store.ClockAhead = TimeSpan.FromMilliseconds(storeAheadMs);
                var world = new World(deployment);
                await world.BeginAsync();
                var script = happenings.Concat(bursts).ToLookup(happening => happening.Step);
                for (var step = 0; step < Intervals * StepsAnInterval; step++)
                {
                    foreach (var happening in script[step])
                        await world.MakeAsync(happening);
                    await world.StepAsync();
                }
                await world.FinishAsync();
            }, iter: 200, threads: 1);

    [Fact]
    public async Task RemovedAndAddedAgainRightBeforeTheStoreGoesAway_IsStillFetched()
    {
        await using var deployment = new Deployment(intervalSeconds: 5, shardSize: 3);
        var world = new World(deployment);
        await world.BeginAsync();
        await world.MakeAsync(new Happening(0, "untrack", 26));
        for (var step = 0; step < StepsAnInterval; step++)
            await world.StepAsync();
        await world.MakeAsync(new Happening(0, "track", 26));
        // Its one fetcher never learns of the second adding but by the shard.
        await world.MakeAsync(new Happening(0, "away", 0));
        for (var step = 0; step < 3 * StepsAnInterval; step++)
            await world.StepAsync();
        await world.FinishAsync();
    }

    private sealed record Happening(int Step, string Kind, long Id);

    private sealed class World(Deployment deployment)
    {
        private readonly List<RosterView> _fetchers = [];
        private readonly Dictionary<long, long> _addedAt = [];
        private readonly HashSet<(long Id, long Slot)> _fetched = [];
        private readonly TimeSpan _step = TimeSpan.FromMilliseconds(deployment.IntervalMs / StepsAnInterval);
        private int _steps;

        public async Task BeginAsync()
        {
            await deployment.SeedAsync(Enumerable.Range(1, 30).Select(id => (long)id));
            foreach (var id in deployment.Store.Roster)
                _addedAt[id] = deployment.NowMs;
            await StartFetcherAsync();
        }

        public async Task MakeAsync(Happening happening)
        {
            try
            {
                switch (happening.Kind)
                {
                    case "seed":
                        await deployment.Store.RequestGenerationAsync(CancellationToken.None);
                        await deployment.NewSeeder().RoundAsync();
                        break;
                    case "start":
                        await StartFetcherAsync();
                        break;
                    case "stop" when _fetchers.Count > 1:
                        _fetchers.RemoveAt(0);
                        break;
                    case "away":
                        deployment.Store.IsAway = true;
                        break;
                    case "back":
                        deployment.Store.IsAway = false;
                        break;
                    case "track":
                        if ((await deployment.Roster.TrackAsync([happening.Id], CancellationToken.None)).Added > 0)
                            _addedAt[happening.Id] = deployment.NowMs;
                        break;
                    case "untrack":
                        await deployment.Roster.UntrackAsync([happening.Id], CancellationToken.None);
                        _addedAt.Remove(happening.Id);
                        break;
                }
            }
            catch (StoreUnavailableException)
            {
                // What needs the store waits for it.
            }
        }

        public async Task StepAsync()
        {
            // One after the other, so that their snapshots are of different ages.
            await RefreshAsync(_fetchers[++_steps % _fetchers.Count]);
            deployment.Time.Advance(_step);
            while (await deployment.Queues.Shards.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.Zero, CancellationToken.None) is { Count: > 0 } messages)
            {
                foreach (var message in messages)
                    await VisitAsync(_fetchers[_steps % _fetchers.Count], message);
            }
        }

        public async Task FinishAsync()
        {
            deployment.Store.IsAway = false;
            // Who was removed and added again is in two shards of a generation until the next one.
            await MakeAsync(new Happening(0, "seed", 0));
            // Two intervals after the last sealing, and one more for a fetcher's snapshot to be read.
            for (var step = 0; step < 3 * StepsAnInterval; step++)
                await StepAsync();
            var sealedGeneration = deployment.Store.Sealed!.Generation;
            deployment.Shards().Where(shard => shard.Generation != sealedGeneration).ShouldBeEmpty("superseded shards go");
            deployment.Shards().SelectMany(shard => shard.Ids).Where(_addedAt.ContainsKey).Order().ShouldBe(_addedAt.Keys.Order(), "and each influencer is in one");

            var grid = new SlotGrid(TimeSpan.FromMilliseconds(deployment.IntervalMs));
            foreach (var (id, addedAt) in _addedAt)
            {
                for (var slot = grid.SlotAt(addedAt) + grid.IntervalMs; slot < grid.SlotAt(deployment.NowMs) - grid.IntervalMs; slot += grid.IntervalMs)
                    _fetched.ShouldContain((id, slot), $"{id} was added {addedAt - slot} ms before slot {slot}");
            }
        }

        private async Task StartFetcherAsync()
        {
            var provider = new ProviderCheck(deployment.Store, ProviderIdentity.BuiltInSimulator, new ProviderOptions());
            var view = new RosterView(deployment.Store, provider, deployment.Fetching.RosterRefresh, new WorkerHealth(deployment.Time), deployment.Time, NullLogger<RosterView>.Instance);
            _fetchers.Add(view);
            await RefreshAsync(view);
        }

        private static async Task RefreshAsync(RosterView view)
        {
            try
            {
                await view.RoundAsync();
            }
            catch (StoreUnavailableException)
            {
                // It goes on with what it knows.
            }
        }

        private async Task VisitAsync(RosterView view, ReceivedMessage message)
        {
            var shard = ((InfluencerIdMessage.WholeShard)InfluencerIdMessageFormat.Read(message.Body)).Shard;
            var slot = shard.Grid.SlotFor(deployment.NowMs, shard.PhaseMs);
            if (view.IsSuperseded(shard, slot))
            {
                await deployment.Queues.Shards.DeleteAsync([message], CancellationToken.None);
                return;
            }
            foreach (var id in shard.Ids)
            {
                if (view.IsDue(shard, id, slot))
                    _fetched.Add((id, slot));
            }
            var nextDue = SlotGrid.DueAt(slot, shard.PhaseMs) + shard.Grid.IntervalMs;
            await deployment.Queues.Shards.ChangeVisibilityAsync([new VisibilityChange(message, TimeSpan.FromMilliseconds(nextDue - deployment.NowMs))], CancellationToken.None);
        }
    }
}
