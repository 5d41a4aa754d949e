namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control;

/// <summary>Ids of one shard that are asked for together.</summary>
/// <param name="Attempt">From 1 on; every third is followed by a longer wait, as a retry message is.</param>
/// <param name="Until">The end of the slot's work, in seconds.</param>
internal sealed record ModelPass(int Ids, int Attempt, double Until)
{
    public int Unsent { get; set; } = Ids;

    public int Left { get; set; } = Ids;

    public int Failed { get; set; }
}

/// <summary>
/// What is wanted as the fetcher wants it: a shard at a time, each once an interval, all of its ids at once; what failed is asked for again when the
/// pass is over, three times in quick succession, then after a sixth of the interval, until the slot is over.
/// </summary>
internal sealed class ModelShards(int count, int size, double interval, int seed)
{
    private const int QuickAttempts = 3;
    private const double RetrySeconds = 0.25;

    private readonly Random _random = new(seed);
    private readonly Queue<ModelPass> _waiting = new();
    private readonly PriorityQueue<ModelPass, double> _later = new();
    private double _nextShard;
    private double _wokenFor = -1;
    private int _new;

    /// <summary>Ids that wait to be asked for.</summary>
    public int Waiting { get; private set; }

    /// <summary>Brings what is due, and says when to ask next; null when that was said before.</summary>
    public double? WakeAt(double now)
    {
        while (_nextShard <= now)
        {
            Add(new ModelPass(size, 1, _nextShard + interval));
            _new += size;
            _nextShard += interval / count;
        }
        while (_later.TryPeek(out var pass, out var at) && at <= now)
        {
            _later.Dequeue();
            if (now < pass.Until)
                Add(pass);
        }
        var next = _later.TryPeek(out _, out var again) ? Math.Min(again, _nextShard) : _nextShard;
        if (next == _wokenFor)
            return null;
        return _wokenFor = next;
    }

    /// <summary>Ids that came to be asked for since the last call.</summary>
    public int TakeNew()
    {
        var ids = _new;
        _new = 0;
        return ids;
    }

    public ModelPass Take()
    {
        Waiting--;
        var pass = _waiting.Peek();
        if (--pass.Unsent == 0)
            _waiting.Dequeue();
        return pass;
    }

    public void End(ModelPass pass, bool isGood, double now)
    {
        if (!isGood)
            pass.Failed++;
        if (--pass.Left > 0 || pass.Failed == 0)
            return;
        var wait = pass.Attempt % QuickAttempts == 0 ? interval / 6 : RetrySeconds * Math.Pow(2, pass.Attempt % QuickAttempts);
        _later.Enqueue(new ModelPass(pass.Failed, pass.Attempt + 1, pass.Until), now + wait * (0.5 + _random.NextDouble()));
    }

    private void Add(ModelPass pass)
    {
        Waiting += pass.Ids;
        _waiting.Enqueue(pass);
    }
}
