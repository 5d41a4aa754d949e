namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>
/// How long the provider takes to answer, and from that how long one request is waited for. A few times what slow
/// answers take, so that a request that hangs does not hold its place for long. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A time limit cuts off the very answers that would show it to be too short. So some requests are scouts that may take twice as long, and a few the whole
/// configured limit; what they bring beyond the present one stands for all those that were cut off. They are few, since whoever waits for a whole shard
/// waits for its scouts.
/// </remarks>
internal sealed class AnswerTimes(TimeSpan most)
{
    /// <summary>One request in so many may take twice as long, and one in so many as long as is configured.</summary>
    public const int ScoutEvery = 16;

    public const int FarScoutEvery = 1024;

    private const double SlowShare = 0.03;
    private const double LimitTimesSlow = 2;

    // Buckets grow by a fifth, from 1 ms on: 80 of them reach half an hour.
    private const double BucketGrowth = 1.2;
    private const int Buckets = 80;

    // Requests that hang would else free their places all at once.
    private const double Jitter = 0.2;

    // Counts are halved when there are so many: what the provider did a while ago fades.
    private const int Fading = 2048;

    // And every so many judgements, so that few answers fade as well: every second, judged twice a second as FetchEngine does. After a crowd that made all of them slow, a limit of
    // 5 s would be kept for long, and where a part hangs, each of those holds its place for as long. While nobody is asked, nothing fades: between two shards nothing was learnt.
    private const int FadeEvery = 2;

    private const int Enough = 20;

    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(2);
    private static readonly double LogOfGrowth = Math.Log(BucketGrowth);

    private readonly int[] _counts = new int[Buckets];
    private readonly Lock _lock = new();
    private int _total;
    private int _adaptions;
    private bool _hasNews;
    private int _requests;
    private long _limitTicks = Math.Min(FirstLimit.Ticks, most.Ticks);

    /// <summary>How long an ordinary request is waited for: from 1 s (or the configured limit when that is less) to the configured limit.</summary>
    public TimeSpan Limit => TimeSpan.FromTicks(Interlocked.Read(ref _limitTicks));

    /// <summary>As long as is configured: for those who have to find out whether anything is answered at all.</summary>
    public TimeSpan Most => most;

    /// <summary>How long the next request is to be waited for: jittered, at most a fifth less than the limit.</summary>
    /// <param name="mayScout">Whether it may be one that takes longer.</param>
    public TimeSpan NextLimit(bool mayScout)
    {
        var request = (uint)Interlocked.Increment(ref _requests);
        if (mayScout && request % FarScoutEvery == 0)
            return most;
        if (mayScout && request % ScoutEvery == 0)
            return 2 * Limit < most ? 2 * Limit : most;
        // Multiplicative hashing (Knuth, TAOCP vol. 3, 6.4) as a cheap random number from 0 to 1.
        var random = unchecked(request * 2654435769u) / (double)uint.MaxValue;
        return Limit * (1 - Jitter * random);
    }

    /// <summary>Takes in how long a whole answer took.</summary>
    public void Answered(TimeSpan time)
    {
        // What came beyond the limit came to a scout, and what came beyond twice the limit to one of the few.
        var limit = Limit;
        var weight = time <= limit ? 1 : time <= 2 * limit ? ScoutEvery : FarScoutEvery;
        lock (_lock)
        {
            _counts[BucketOf(time)] += weight;
            _total += weight;
            _hasNews = true;
        }
    }

    /// <summary>Judges anew. Called now and then by one loop.</summary>
    public void Adapt()
    {
        lock (_lock)
        {
            if (_total < Enough)
                return;
            var slow = TimeSpan.FromMilliseconds(SlowAnswerMs());
            Interlocked.Exchange(ref _limitTicks, Clamp(LimitTimesSlow * slow, LeastLimit, most).Ticks);
            if (_total > Fading || (_hasNews && ++_adaptions % FadeEvery == 0))
                Halve();
            _hasNews = false;
        }
    }

    private double SlowAnswerMs()
    {
        var left = (int)(_total * SlowShare);
        var bucket = Buckets - 1;
        while (bucket > 0 && left >= _counts[bucket])
            left -= _counts[bucket--];
        return Math.Pow(BucketGrowth, bucket + 1);
    }

    private void Halve()
    {
        _total = 0;
        foreach (ref var count in _counts.AsSpan())
            _total += count /= 2;
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most)
    {
        var atLeast = value > least ? value : least;
        return atLeast < most ? atLeast : most;
    }

    private static int BucketOf(TimeSpan time) => (int)Math.Clamp(Math.Log(Math.Max(1, time.TotalMilliseconds)) / LogOfGrowth, 0, Buckets - 1);
}
