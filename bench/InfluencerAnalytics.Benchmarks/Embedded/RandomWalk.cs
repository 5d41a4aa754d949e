using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>
/// Readings as the provider gives them: followers walk by a normal step of 10,000 and following by one of 100 (the hardest data to
/// compress that the simulator makes), read within 300 ms of the shard's phase. Shards of 500 ids are spread over the interval.
/// </summary>
internal sealed class RandomWalk
{
    private const int ShardSize = 500;
    private const long IntervalMs = 60_000;

    private readonly Random _random = new(12345);
    private readonly long[] _followers;
    private readonly long[] _following;
    private readonly string[] _usernames;

    public RandomWalk(int influencers)
    {
        _followers = new long[influencers];
        _following = new long[influencers];
        _usernames = new string[influencers];
        for (var i = 0; i < influencers; i++)
        {
            _followers[i] = Math.Max(5_000, (long)(100_000 * (1 + Normal())));
            _following[i] = Math.Max(50, (long)(1_000 * (1 + Normal())));
            _usernames[i] = $"influencer-{1_000_000 + i}";
        }
    }

    public int Shards => (_followers.Length + ShardSize - 1) / ShardSize;

    public IReadOnlyList<long> Ids => [.. Enumerable.Range(0, _followers.Length).Select(i => 1_000_000L + i)];

    /// <summary>The next reading of every influencer of a shard.</summary>
    public DataPointBatch Next(int shard, long slot)
    {
        var first = shard * ShardSize;
        var count = Math.Min(ShardSize, _followers.Length - first);
        var phase = IntervalMs * shard / Shards;
        var points = new DataPoint[count];
        for (var i = 0; i < count; i++)
        {
            var n = first + i;
            _followers[n] = Math.Max(5_000, _followers[n] + (long)(10_000 * Normal()));
            _following[n] = Math.Max(50, _following[n] + (long)(100 * Normal()));
            points[i] = new DataPoint(1_000_000 + n, _followers[n], _following[n], slot, slot + phase + _random.Next(300), _usernames[n]);
        }

        return new DataPointBatch(slot, TimeSpan.FromMilliseconds(IntervalMs), points, []);
    }

    // Box and Muller (1958).
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
