using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Generations of shards, leases, settings, and the snapshot that fetchers read. Used under the store's gate.</summary>
internal sealed class GenerationWriter
{
    // More than anybody seals within what one log holds, which is of minutes to hours. Numbers that are left out cost nothing.
    private const int GenerationsLost = 1000;

    private readonly StoreContext _context;
    private readonly LostShards _lost;

    // Leases live in memory only: when the process that owns the directory has died, every holder of one has died with it.
    private readonly Dictionary<string, (string Owner, TimeSpan Until)> _leases = new(StringComparer.Ordinal);
    private readonly ByteWriter _record = new();
    private Sealings _sealings;
    private long _lastAllocated;
    private long _addedShards;
    private long? _requestedAfter;
    private RosterSnapshot? _snapshot;

    public GenerationWriter(StoreContext context, LostShards lost)
    {
        _context = context;
        _lost = lost;
        _lost.Load(context.Meta.GetNumber(MetaKeys.LostShardsUpTo) ?? 0);
        _sealings = context.Meta.Get(MetaKeys.SealingHistory) is { } record ? Sealings.Read(record) : Sealings.None;
        _lastAllocated = context.Meta.GetNumber(MetaKeys.LastGeneration) ?? 0;
        _addedShards = context.Meta.GetNumber(MetaKeys.AddedShards) ?? 0;
        _requestedAfter = context.Meta.GetNumber(MetaKeys.RequestedAfter);
    }

    /// <summary>The last sealed generation's number; 0 when none is sealed.</summary>
    public long SealedGeneration => _sealings.Last?.Generation ?? 0;

    /// <summary>Of the last sealed generation; null when none is sealed.</summary>
    public TimeSpan? Interval => _sealings.Last?.Interval;

    /// <summary>
    /// Asks for a generation after the present greatest one, since shards of it may be lost; before anything else uses the store. The numbers that were given
    /// out may be lost as well, while shards with them are not: none of those is given out again, or two generations would pass for one.
    /// </summary>
    public static void RequestAfterLoss(StoreContext context)
    {
        var last = (context.Meta.GetNumber(MetaKeys.LastGeneration) ?? 0) + GenerationsLost;
        context.Begin();
        context.Meta.Put(context.Batch, MetaKeys.LastGeneration, last);
        context.Meta.Put(context.Batch, MetaKeys.RequestedAfter, last);
        context.Commit();
    }

    /// <summary>Reads the state; when shards were lost meanwhile, a generation that makes up for them is asked for first.</summary>
    public GenerationState ReadState()
    {
        MendMoments();
        RequestForLostShards();
        return new GenerationState(_lastAllocated, _sealings.Last)
        {
            SinceSealed = _sealings.Last is { } last ? TimeSpan.FromMilliseconds(_context.NowMs - last.SealedAt) : TimeSpan.Zero,
            AddedShards = _addedShards,
            RequestedAfter = _requestedAfter,
        };
    }

    public long Allocate()
    {
        var next = _lastAllocated + 1;
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.LastGeneration, next);
        _context.Meta.Put(_context.Batch, KeyOf(next), _context.Roster.Version);
        _context.Commit();
        return _lastAllocated = next;
    }

    /// <summary>Asks for a generation after the present greatest one.</summary>
    /// <param name="lostShardsUpTo">The id of the last message sent, of those that it makes up for; null when nothing was lost.</param>
    /// <returns>The present greatest one.</returns>
    public long Request(long? lostShardsUpTo = null)
    {
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.RequestedAfter, _lastAllocated);
        if (lostShardsUpTo is { } upTo)
            _context.Meta.Put(_context.Batch, MetaKeys.LostShardsUpTo, upTo);
        _context.Commit();
        _requestedAfter = _lastAllocated;
        return _lastAllocated;
    }

    public bool TrySeal(SealedGeneration generation, long rosterVersion)
    {
        if (_context.Roster.LastAddition > rosterVersion || SealedGeneration > generation.Generation)
            return false;
        _context.Begin();
        try
        {
            var allocatedAt = _context.Meta.GetNumber(KeyOf(generation.Generation)) ?? _context.Roster.Version;
            var now = _context.NowMs;
            var sealings = _sealings.NotAfter(now).Add(generation with { SealedAt = now }, allocatedAt);
            PutSealings(sealings);
            _context.Meta.Put(_context.Batch, MetaKeys.AddedShards, 0);
            for (var old = SealedGeneration; old < generation.Generation; old++)
                _context.Meta.Delete(_context.Batch, KeyOf(old));
            _context.Commit();
            _sealings = sealings;
        }
        catch
        {
            _context.Rollback();
            throw;
        }

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
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.AddedShards, added);
        _context.Commit();
        _addedShards = added;
        return result;
    }

    public RosterSnapshot? ReadSnapshot(long knownVersion)
    {
        MendMoments();
        var version = _context.Roster.Version;
        if (knownVersion == version)
            return null;
        if (_snapshot?.Version == version)
            return _snapshot;
        var removedSince = _sealings.RemovedSince(_context.NowMs);
        var removed = new List<long>();
        var gone = new Dictionary<long, long>();
        for (var block = 0; block < _context.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in _context.Table.GetBlock(block))
            {
                if (row.Status == InfluencerStatus.Gone)
                    gone.Add(row.Id, row.NextTrySeconds * 1000L);
                else if (row.Status == InfluencerStatus.Removed && row.RosterVersion > removedSince)
                    removed.Add(row.Id);
            }
        }

        return _snapshot = new RosterSnapshot(
            version, SealedGeneration, _sealings.Last?.Interval ?? TimeSpan.Zero, removed.ToFrozenSet(), gone.ToFrozenDictionary(), _sealings.Moments);
    }

    public bool TryAcquireLease(string name, string owner, TimeSpan duration)
    {
        // Monotonic, so that a step of the wall clock neither ends a lease nor prolongs it.
        var now = _context.Time.GetElapsedTime(0);
        if (_leases.TryGetValue(name, out var lease) && lease.Owner != owner && lease.Until > now)
            return false;
        _leases[name] = (owner, now + duration);
        return true;
    }

    public void ReleaseLease(string name, string owner)
    {
        if (_leases.TryGetValue(name, out var lease) && lease.Owner == owner)
            _leases.Remove(name);
    }

    public string? ReadSetting(string name) => _context.Meta.Get(MetaKeys.SettingPrefix + name) is { } value ? Encoding.UTF8.GetString(value) : null;

    public string WriteSetting(string name, string value)
    {
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.SettingPrefix + name, Encoding.UTF8.GetBytes(value));
        _context.Commit();
        return value;
    }

    private void RequestForLostShards()
    {
        var now = _context.Time.GetElapsedTime(0);
        if (_lost.Due(now) is not { } upTo)
            return;
        Request(upTo);
        _lost.Asked(upTo, now);
    }

    // Shards below a generation whose sealing lies in the future would be fetched beside its own until then, and it would not grow old.
    private void MendMoments()
    {
        var mended = _sealings.NotAfter(_context.NowMs);
        if (mended == _sealings)
            return;
        _context.Begin();
        try
        {
            PutSealings(mended);
            _context.Commit();
            _sealings = mended;
        }
        catch
        {
            _context.Rollback();
            throw;
        }
    }

    // The new version makes fetchers read them.
    private void PutSealings(Sealings sealings)
    {
        _context.Roster.Version++;
        sealings.Write(_record);
        _context.Meta.Put(_context.Batch, MetaKeys.SealingHistory, _record.Written);
    }

    private static string KeyOf(long generation) => MetaKeys.GenerationPrefix + generation.ToString(CultureInfo.InvariantCulture);
}
