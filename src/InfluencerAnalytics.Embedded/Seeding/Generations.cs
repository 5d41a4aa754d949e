using System.Globalization;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Seeding;

/// <summary>Generations of shards: allocated, asked for and sealed. Used under the store's gate.</summary>
internal sealed class Generations
{
    // More than anybody seals within what one log holds, which is of minutes to hours. Numbers that are left out cost nothing.
    private const int GenerationsLost = 1000;

    private readonly StoreContext _context;
    private readonly InfluencerState _influencers;
    private readonly LostShards _lost;
    private readonly ByteWriter _record = new();
    private Sealings _sealings;
    private long _lastAllocated;
    private long _addedShards;
    private long? _requestedAfter;

    public Generations(StoreContext context, InfluencerState influencers, LostShards lost)
    {
        (_context, _influencers, _lost) = (context, influencers, lost);
        _lost.Load(context.Meta.GetNumber(MetaKeys.LostShardsUpTo) ?? 0);
        _sealings = context.Meta.Get(MetaKeys.SealingHistory) is { } record ? Sealings.Read(record) : Sealings.None;
        _lastAllocated = context.Meta.GetNumber(MetaKeys.LastGeneration) ?? 0;
        _addedShards = context.Meta.GetNumber(MetaKeys.AddedShards) ?? 0;
        _requestedAfter = context.Meta.GetNumber(MetaKeys.RequestedAfter);
    }

    /// <summary>The last sealed generation's number; 0 when none is sealed.</summary>
    public long SealedGeneration => _sealings.Last?.Generation ?? 0;

    /// <summary>The interval in force.</summary>
    public TimeSpan Interval => State.Interval;

    private GenerationState State => new(_lastAllocated, _sealings.Last);

    /// <summary>
    /// Asks for a generation after the present greatest one, since shards of it may be lost; before anything else uses the store. The numbers that were given
    /// out may be lost as well, while shards with them are not: none of those is given out again, or two generations would pass for one.
    /// </summary>
    public void RequestAfterLoss()
    {
        var last = _lastAllocated + GenerationsLost;
        _context.Write(batch =>
        {
            _context.Meta.Put(batch, MetaKeys.LastGeneration, last);
            _context.Meta.Put(batch, MetaKeys.RequestedAfter, last);
        });
        (_lastAllocated, _requestedAfter) = (last, last);
    }

    /// <summary>Reads the state; when shards were lost meanwhile, a generation that makes up for them is asked for first.</summary>
    public GenerationState ReadState()
    {
        MendMoments();
        RequestForLostShards();
        return State with
        {
            SinceSealed = _sealings.Last is { } last ? TimeSpan.FromMilliseconds(_context.Clock.NowMs - last.SealedAt) : TimeSpan.Zero,
            AddedShards = _addedShards,
            RequestedAfter = _requestedAfter,
        };
    }

    public long Allocate()
    {
        var next = _lastAllocated + 1;
        _context.Write(batch =>
        {
            _context.Meta.Put(batch, MetaKeys.LastGeneration, next);
            _context.Meta.Put(batch, KeyOf(next), _influencers.Roster.Version);
        });
        return _lastAllocated = next;
    }

    /// <summary>Asks for a generation after the present greatest one.</summary>
    /// <param name="lostShardsUpTo">The id of the last message sent, of those that it makes up for; null when nothing was lost.</param>
    /// <returns>The present greatest one.</returns>
    public long Request(long? lostShardsUpTo = null)
    {
        _context.Write(batch =>
        {
            _context.Meta.Put(batch, MetaKeys.RequestedAfter, _lastAllocated);
            if (lostShardsUpTo is { } upTo)
                _context.Meta.Put(batch, MetaKeys.LostShardsUpTo, upTo);
        });
        _requestedAfter = _lastAllocated;
        return _lastAllocated;
    }

    public bool TrySeal(SealedGeneration generation, long rosterVersion)
    {
        if (_influencers.Roster.LastAddition > rosterVersion || SealedGeneration > generation.Generation)
            return false;
        _sealings = _context.Write(batch =>
        {
            var allocatedAt = _context.Meta.GetNumber(KeyOf(generation.Generation)) ?? _influencers.Roster.Version;
            var now = _context.Clock.NowMs;
            var sealings = _sealings.NotAfter(now).Add(generation with { SealedAt = now }, allocatedAt);
            PutSealings(batch, sealings);
            _context.Meta.Put(batch, MetaKeys.AddedShards, 0);
            if (generation.Generation > _lastAllocated)
                _context.Meta.Put(batch, MetaKeys.LastGeneration, generation.Generation);
            for (var old = SealedGeneration; old < generation.Generation; old++)
                _context.Meta.Delete(batch, KeyOf(old));
            return sealings;
        });
        _addedShards = 0;
        _lastAllocated = Math.Max(_lastAllocated, generation.Generation);
        return true;
    }

    /// <summary>Counts the small shards of an addition that was just written. Not one write with it: a crash between the two leaves the count short by one addition.</summary>
    public RosterAddResult Count(RosterAddResult result, int ids)
    {
        if (!result.Accepted || result.Added == 0 || _sealings.Last is not { } last)
            return result;
        var added = _addedShards + (ids + last.ShardSize - 1) / last.ShardSize;
        _context.Write(batch => _context.Meta.Put(batch, MetaKeys.AddedShards, added));
        _addedShards = added;
        return result;
    }

    /// <summary>The recent sealings, none of which lies in the future.</summary>
    public Sealings ReadSealings()
    {
        MendMoments();
        return _sealings;
    }

    private void RequestForLostShards()
    {
        var now = _context.Clock.Elapsed;
        if (_lost.Due(now) is not { } upTo)
            return;
        Request(upTo);
        _lost.Asked(upTo, now);
    }

    // Shards below a generation whose sealing lies in the future would be fetched beside its own until then, and it would not grow old.
    private void MendMoments()
    {
        var mended = _sealings.NotAfter(_context.Clock.NowMs);
        if (mended == _sealings)
            return;
        _context.Write(batch => PutSealings(batch, mended));
        _sealings = mended;
    }

    // The new version makes fetchers read them.
    private void PutSealings(WriteBatchBuffer batch, Sealings sealings)
    {
        _influencers.Roster.Version++;
        sealings.Write(_record);
        _context.Meta.Put(batch, MetaKeys.SealingHistory, _record.Written);
    }

    private static string KeyOf(long generation) => MetaKeys.GenerationPrefix + generation.ToString(CultureInfo.InvariantCulture);
}
