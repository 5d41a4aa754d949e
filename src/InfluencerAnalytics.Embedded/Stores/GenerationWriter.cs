using System.Collections.Frozen;
using System.Globalization;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Generations of shards, leases, settings, and the snapshot that fetchers read. Used under the store's gate.</summary>
internal sealed class GenerationWriter
{
    private readonly StoreContext _context;

    // Leases live in memory only: when the process that owns the directory has died, every holder of one has died with it.
    private readonly Dictionary<string, (string Owner, long Until)> _leases = new(StringComparer.Ordinal);
    private readonly ByteWriter _record = new();
    private long _sealedAllocatedAt;
    private RosterSnapshot? _snapshot;

    public GenerationWriter(StoreContext context)
    {
        _context = context;
        var sealedGeneration = context.Meta.Get(MetaKeys.SealedGeneration) is { } record ? ReadSealed(record) : null;
        State = new GenerationState(context.Meta.GetNumber(MetaKeys.LastGeneration) ?? 0, sealedGeneration);
    }

    public GenerationState State { get; private set; }

    public long Allocate()
    {
        var next = State.LastAllocated + 1;
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.LastGeneration, next);
        _context.Meta.Put(_context.Batch, KeyOf(next), _context.Roster.Version);
        _context.Commit();
        State = State with { LastAllocated = next };
        return next;
    }

    public bool TrySeal(SealedGeneration generation, long rosterVersion)
    {
        if (_context.Roster.LastAddition > rosterVersion || State.Sealed?.Generation > generation.Generation)
            return false;
        _context.Begin();
        try
        {
            var allocatedAt = _context.Meta.GetNumber(KeyOf(generation.Generation)) ?? _context.Roster.Version;
            _context.Roster.Version++;
            _record.Clear();
            _record.Unsigned((ulong)generation.Generation);
            _record.Unsigned((ulong)generation.Interval.TotalMilliseconds);
            _record.Unsigned((ulong)generation.ShardSize);
            _record.Unsigned((ulong)generation.SealedAt);
            _record.Unsigned((ulong)allocatedAt);
            _context.Meta.Put(_context.Batch, MetaKeys.SealedGeneration, _record.Written);
            for (var old = State.Sealed?.Generation ?? 1; old < generation.Generation; old++)
                _context.Meta.Delete(_context.Batch, KeyOf(old));
            _context.Commit();
            _sealedAllocatedAt = allocatedAt;
        }
        catch
        {
            _context.Rollback();
            throw;
        }

        State = new GenerationState(Math.Max(State.LastAllocated, generation.Generation), generation);
        return true;
    }

    public RosterSnapshot? ReadSnapshot(long knownVersion)
    {
        var version = _context.Roster.Version;
        if (knownVersion == version)
            return null;
        if (_snapshot?.Version == version)
            return _snapshot;
        var removed = new List<long>();
        var gone = new Dictionary<long, long>();
        for (var block = 0; block < _context.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in _context.Table.GetBlock(block))
            {
                if (row.Status == InfluencerStatus.Gone)
                    gone.Add(row.Id, row.NextTrySeconds * 1000L);
                else if (row.Status == InfluencerStatus.Removed && row.RosterVersion > _sealedAllocatedAt)
                    removed.Add(row.Id);
            }
        }

        return _snapshot = new RosterSnapshot(
            version, State.Sealed?.Generation ?? 0, State.Sealed?.Interval ?? TimeSpan.Zero, removed.ToFrozenSet(), gone.ToFrozenDictionary());
    }

    public bool TryAcquireLease(string name, string owner, TimeSpan duration)
    {
        var now = _context.NowMs;
        if (_leases.TryGetValue(name, out var lease) && lease.Owner != owner && lease.Until > now)
            return false;
        _leases[name] = (owner, now + (long)duration.TotalMilliseconds);
        return true;
    }

    public void ReleaseLease(string name, string owner)
    {
        if (_leases.TryGetValue(name, out var lease) && lease.Owner == owner)
            _leases.Remove(name);
    }

    public void WriteSetting(string name, ReadOnlySpan<byte> value)
    {
        _context.Begin();
        _context.Meta.Put(_context.Batch, MetaKeys.SettingPrefix + name, value);
        _context.Commit();
    }

    private SealedGeneration ReadSealed(ReadOnlySpan<byte> record)
    {
        var generation = new SealedGeneration(
            (long)VarInt.Read(ref record),
            TimeSpan.FromMilliseconds((long)VarInt.Read(ref record)),
            (int)VarInt.Read(ref record),
            (long)VarInt.Read(ref record));
        _sealedAllocatedAt = (long)VarInt.Read(ref record);
        return generation;
    }

    private static string KeyOf(long generation) => MetaKeys.GenerationPrefix + generation.ToString(CultureInfo.InvariantCulture);
}
