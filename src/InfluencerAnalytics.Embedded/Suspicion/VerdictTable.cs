using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Suspicion;

/// <summary>
/// The newest verdict of each influencer, the order in which they were written, by which others follow, and the changes of the flag. Written beside the store's gate, under a lock of
/// its own: no part of the store holds any of it in memory, and intake does not wait for it. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Each verdict that is written gets the next number, and the row of the number before it goes: one row an influencer, however often it is judged. Numbers are given and written under
/// one lock, so that whoever has read up to one has missed none below it.
/// </remarks>
internal sealed class VerdictTable
{
    private readonly StoreContext _context;
    private readonly SideWrites _writes;
    private readonly Lock _lock = new();
    private readonly ByteWriter _row = new();
    private readonly ColumnFamily _newest;
    private readonly ColumnFamily _order;
    private readonly ColumnFamily _changes;
    private long? _lastNumber;

    public VerdictTable(StoreContext context)
    {
        _context = context;
        _writes = new SideWrites(context.Database);
        _newest = context.Database[ColumnFamilyNames.Suspicions];
        _order = context.Database[ColumnFamilyNames.SuspicionOrder];
        _changes = context.Database[ColumnFamilyNames.SuspicionChanges];
    }

    /// <inheritdoc cref="ISuspicionStore.WriteVerdictsAsync"/>
    public int Write(IReadOnlyList<SuspicionVerdict> verdicts)
    {
        if (SuspicionVerdicts.WhyRefused(verdicts) is { } refusal)
            throw new StoreRefusedException(refusal);
        var toWrite = SuspicionVerdicts.NewestOfEach(verdicts);
        lock (_lock)
        {
            var number = LastNumber();
            var (now, first) = (_context.Clock.NowMs, number);
            _writes.Write(batch =>
            {
                foreach (var verdict in toWrite)
                {
                    var before = FindRow(verdict.InfluencerId);
                    if (before is { } kept && !verdict.Replaces(kept.Verdict, now))
                        continue;
                    Put(batch, verdict, before, ++number);
                }
            });
            _lastNumber = number;
            return (int)(number - first);
        }
    }

    public SuspicionVerdict? Find(long id) => FindRow(id)?.Verdict;

    /// <inheritdoc cref="ISuspicionStore.FindJudgedAsync"/>
    public HashSet<long> FindJudged(IReadOnlyList<long> ids, long sinceMs)
    {
        var judged = new HashSet<long>();
        var latest = _context.Clock.NowMs + (long)SuspicionVerdict.MostAhead.TotalMilliseconds;
        foreach (var id in ids)
        {
            if (Find(id) is { } verdict && verdict.CheckedAt >= sinceMs && verdict.CheckedAt <= latest)
                judged.Add(id);
        }
        return judged;
    }

    /// <inheritdoc cref="ISuspicionStore.ReadFlagHistoryAsync"/>
    public List<SuspicionVerdict> ReadHistory(long id, int limit)
    {
        var history = new List<SuspicionVerdict>();
        Span<byte> from = stackalloc byte[VerdictCodec.ChangeKeyLength];
        Span<byte> bound = stackalloc byte[VerdictCodec.ChangeKeyLength];
        VerdictCodec.WriteChangeKey(from, id, long.MaxValue);
        VerdictCodec.WriteChangeKey(bound, id + 1, long.MaxValue);
        using var rows = _context.Database.Iterate(_changes, bound);
        for (var isThere = rows.Seek(from); isThere && history.Count < limit; isThere = rows.Next())
            history.Add(VerdictCodec.ReadChange(rows.Key, rows.Value));
        return history;
    }

    /// <summary>The flags with a number above one, ascending.</summary>
    /// <returns>The last number given, and whether there are more.</returns>
    public (long Number, bool HasMore) ReadOrder(long after, int limit, ICollection<SuspicionFlag> into)
    {
        Span<byte> from = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(from, after + 1);
        using var rows = _context.Database.Iterate(_order, fillCache: false);
        var (number, given) = (after, 0);
        for (var isThere = rows.Seek(from); isThere; isThere = rows.Next())
        {
            if (given++ == limit)
                return (number, true);
            number = BinaryPrimitives.ReadInt64BigEndian(rows.Key);
            into.Add(VerdictCodec.ReadFlag(rows.Value));
        }
        return (number, false);
    }

    /// <summary>Whether a number was given out: one that was not is of another database.</summary>
    public bool IsKnown(long number)
    {
        lock (_lock)
            return number >= 0 && number <= LastNumber();
    }

    private void Put(WriteBatchBuffer batch, in SuspicionVerdict verdict, (SuspicionVerdict Verdict, long Number)? before, long number)
    {
        Span<byte> key = stackalloc byte[VerdictCodec.ChangeKeyLength];
        var shortKey = key[..sizeof(long)];
        if (before is { } kept)
        {
            BinaryPrimitives.WriteInt64BigEndian(shortKey, kept.Number);
            batch.Delete(_order, shortKey);
        }

        _row.Clear();
        VerdictCodec.WriteNewest(_row, verdict, number);
        BinaryPrimitives.WriteInt64BigEndian(shortKey, verdict.InfluencerId);
        batch.Put(_newest, shortKey, _row.Written);

        _row.Clear();
        VerdictCodec.WriteFlag(_row, verdict);
        BinaryPrimitives.WriteInt64BigEndian(shortKey, number);
        batch.Put(_order, shortKey, _row.Written);

        var flagBefore = before?.Verdict.IsSuspicious;
        if (before?.Verdict.CheckedAt >= verdict.CheckedAt)
            flagBefore = DropChangesFrom(batch, verdict.InfluencerId, verdict.CheckedAt);
        if (flagBefore == verdict.IsSuspicious)
            return;
        _row.Clear();
        VerdictCodec.WriteChange(_row, verdict);
        VerdictCodec.WriteChangeKey(key, verdict.InfluencerId, verdict.CheckedAt);
        batch.Put(_changes, key, _row.Written);
        DropOldChanges(batch, verdict, SuspicionVerdict.MostChangesKept - 1);
    }

    // Those of a clock that was ahead, once its verdict gives way: they would stand before the one that holds, and again when their time has come. The flag that there was before them.
    private bool? DropChangesFrom(WriteBatchBuffer batch, long id, long checkedAt)
    {
        Span<byte> from = stackalloc byte[VerdictCodec.ChangeKeyLength];
        Span<byte> bound = stackalloc byte[VerdictCodec.ChangeKeyLength];
        VerdictCodec.WriteChangeKey(from, id, long.MaxValue);
        VerdictCodec.WriteChangeKey(bound, id + 1, long.MaxValue);
        using var rows = _context.Database.Iterate(_changes, bound);
        for (var isThere = rows.Seek(from); isThere; isThere = rows.Next())
        {
            var change = VerdictCodec.ReadChange(rows.Key, rows.Value);
            if (change.CheckedAt < checkedAt)
                return change.IsSuspicious;
            batch.Delete(_changes, rows.Key);
        }
        return null;
    }

    // A change is rare, and so is one that is over the number; of a database that kept more, all that are over it go.
    private void DropOldChanges(WriteBatchBuffer batch, in SuspicionVerdict newest, int keep)
    {
        Span<byte> from = stackalloc byte[VerdictCodec.ChangeKeyLength];
        Span<byte> bound = stackalloc byte[VerdictCodec.ChangeKeyLength];
        VerdictCodec.WriteChangeKey(from, newest.InfluencerId, newest.CheckedAt - 1);
        VerdictCodec.WriteChangeKey(bound, newest.InfluencerId + 1, long.MaxValue);
        using var rows = _context.Database.Iterate(_changes, bound);
        for (var isThere = rows.Seek(from); isThere; isThere = rows.Next())
        {
            if (keep-- <= 0)
                batch.Delete(_changes, rows.Key);
        }
    }

    private (SuspicionVerdict Verdict, long Number)? FindRow(long id)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return _context.Database.Get(_newest, key) is { } row ? VerdictCodec.ReadNewest(id, row) : null;
    }

    // The row of the greatest number is always there: it goes only when a greater one comes.
    private long LastNumber()
    {
        if (_lastNumber is { } known)
            return known;
        Span<byte> end = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(end, long.MaxValue);
        using var rows = _context.Database.Iterate(_order);
        var last = rows.SeekForPrevious(end) ? BinaryPrimitives.ReadInt64BigEndian(rows.Key) : 0;
        _lastNumber = last;
        return last;
    }
}
