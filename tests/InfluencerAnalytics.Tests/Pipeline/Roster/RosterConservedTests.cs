using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Roster;

/// <summary>
/// Invariant 1: every tracked influencer is in a live shard at all times. Additions, removals and seedings are interleaved at every step that they
/// take towards the store and the queue, and die at any of them.
/// </summary>
[Collection(FakeClock.Name)]
public sealed class RosterConservedTests
{
    private static readonly Gen<long[]> Ids = Gen.Long[1, 12].Array[1, 6].Select(ids => ids.Distinct().ToArray());

    private static readonly Gen<Act> Acts = Gen.Frequency(
        (4, Ids.Select(ids => new Act("track", ids))),
        (2, Ids.Select(ids => new Act("untrack", ids))),
        (3, Gen.Const(new Act("seed", []))),
        (1, Gen.Const(new Act("seed otherwise", []))),
        (1, Gen.Const(new Act("hold ends", []))));

    private static readonly Gen<Dictionary<int, Act>> Interruptions =
        Gen.Select(Gen.Int[1, 120], Gen.Frequency((2, Acts), (1, Gen.Const(new Act("die", []))))).Array[0, 8]
            .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    [Fact]
    public async Task AnyInterleaving_AnyDeath_EveryTrackedInfluencerIsInALiveShardAtAllTimes() =>
        await Gen.Select(Acts.Array[1, 6], Interruptions).SampleAsync(async (script, interruptions) =>
        {
            await using var deployment = new Deployment(shardSize: 2);
            var world = new World(deployment, interruptions);
            foreach (var act in script)
                await world.RunAsync(act);
            await world.FinishAsync();
        }, iter: 1000, threads: 1);

    private sealed record Act(string Kind, long[] Ids)
    {
        public override string ToString() => $"{Kind} {string.Join(',', Ids)}";
    }

    private sealed class World
    {
        private readonly Deployment _deployment;
        private readonly Dictionary<int, Act> _interruptions;
        private int _step;

        public World(Deployment deployment, Dictionary<int, Act> interruptions)
        {
            _deployment = deployment;
            _interruptions = interruptions;
            _deployment.Store.OnStep = StepAsync;
            _deployment.Queues.Shards.OnStep = StepAsync;
        }

        public async Task RunAsync(Act act)
        {
            try
            {
                switch (act.Kind)
                {
                    case "track":
                        await _deployment.Roster.TrackAsync(act.Ids, CancellationToken.None);
                        break;
                    case "untrack":
                        await _deployment.Roster.UntrackAsync(act.Ids, CancellationToken.None);
                        break;
                    case "hold ends":
                        _deployment.Time.Advance(TimeSpan.FromSeconds(61));
                        break;
                    case "seed otherwise":
                        await _deployment.AgreeAsync(TimeSpan.FromSeconds(10 + _step % 50));
                        await _deployment.NewSeeder().RoundAsync();
                        break;
                    case "seed":
                        await _deployment.NewSeeder().RoundAsync();
                        break;
                    default:
                        throw new Death();
                }
            }
            catch (Exception exception) when (act.Kind != "die" && exception is Death or StoreUnavailableException)
            {
                // This process is gone, or gave up; the others go on.
            }
        }

        public async Task FinishAsync()
        {
            _interruptions.Clear();
            await RunAsync(new Act("hold ends", []));
            await _deployment.AgreeAsync(TimeSpan.FromSeconds(99));
            await _deployment.NewSeeder().RoundAsync();
            var live = LiveShards().SelectMany(shard => shard.Ids).ToList();
            live.Order().ToList().ShouldBe([.. _deployment.Store.Roster], "and after a sealing each is in one");
        }

        private async ValueTask StepAsync(string operation)
        {
            var live = LiveShards().SelectMany(shard => shard.Ids).ToHashSet();
            var lost = _deployment.Store.Roster.Where(id => !live.Contains(id)).ToList();
            if (lost.Count > 0)
                throw new InvalidOperationException($"At step {_step}, {operation}, no live shard has {string.Join(", ", lost)}.");
            if (_interruptions.Remove(++_step, out var act))
                await RunAsync(act);
        }

        private IEnumerable<Shard> LiveShards() =>
            _deployment.Shards().Where(shard => shard.Generation >= (_deployment.Store.Sealed?.Generation ?? 0));
    }

    private sealed class Death : Exception;
}
