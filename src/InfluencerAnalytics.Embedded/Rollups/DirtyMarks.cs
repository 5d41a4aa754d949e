using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Rollups;

/// <summary>
/// The hours of influencers that late points made wrong. They lie twice in the database: by influencer and hour, for readers and so that an hour is
/// marked once; and numbered in the order in which they were marked, for the one who puts them right. That one goes on where it left off and so
/// never goes over what it deleted, of which there may be millions. Used under the store's gate where it is not said otherwise.
/// </summary>
internal sealed class DirtyMarks
{
    private const int NumberLength = 8;

    private readonly RocksDatabase _database;
    private readonly MetaTable _meta;
    private readonly ColumnFamily _marks;
    private readonly ColumnFamily _order;

    // Marked again while their points are being read.
    private readonly HashSet<(long Id, uint Hour)> _again = [];
    private bool _isReading;
    private long _lastBefore;
    private long _last;
    private long _done;

    public DirtyMarks(RocksDatabase database, MetaTable meta)
    {
        _database = database;
        _meta = meta;
        _marks = database[ColumnFamilyNames.Dirty];
        _order = database[ColumnFamilyNames.DirtyOrder];
        _last = _done = meta.GetNumber(MetaKeys.DirtyDone) ?? 0;
        Span<byte> key = stackalloc byte[NumberLength];
        BinaryPrimitives.WriteInt64BigEndian(key, long.MaxValue);
        using var iterator = database.Iterate(_order, fillCache: false);
        if (iterator.SeekForPrevious(key))
            _last = Math.Max(_last, BinaryPrimitives.ReadInt64BigEndian(iterator.Key));
    }

    /// <summary>The number of the mark that was made last. Safe without the gate.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Marks up to this number are put right. Safe without the gate.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <param name="batch">The one that writes the late point.</param>
    /// <param name="id">Whose.</param>
    /// <param name="hour">Its start in seconds.</param>
    public void Mark(WriteBatchBuffer batch, long id, uint hour)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, hour);
        if (_database.Contains(_marks, key))
        {
            if (_isReading)
                _again.Add((id, hour));
            return;
        }
        batch.Put(_marks, key, []);
        Number(batch, key);
    }

    /// <summary>Takes away the marks of hours (their start in seconds) from one on: those are rolled up in time by themselves.</summary>
    /// <param name="batch">The one that says that they are not rolled up.</param>
    /// <param name="hour">In seconds.</param>
    public void Forget(WriteBatchBuffer batch, uint hour)
    {
        Span<byte> key = stackalloc byte[NumberLength];
        BinaryPrimitives.WriteInt64BigEndian(key, _done + 1);
        using var iterator = _database.Iterate(_order, fillCache: false);
        for (var valid = iterator.Seek(key); valid; valid = iterator.Next())
        {
            if (SeriesKey.ReadSeconds(iterator.Value) < hour)
                continue;
            batch.SingleDelete(_order, iterator.Key);
            batch.Delete(_marks, iterator.Value);
        }
    }

    /// <summary>From here on it is noted what is marked again, until <see cref="EndReading"/>.</summary>
    public void BeginReading()
    {
        _isReading = true;
        _lastBefore = _last;
    }

    public void EndReading()
    {
        _isReading = false;
        _again.Clear();
    }

    /// <summary>The marks to be put right next. Safe without the gate, for one thread.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="before">Those of an hour (its start in seconds) from this on are not ready; none behind the first of them is given.</param>
    public List<(long Number, long Id, uint Hour)> Take(int limit, ulong before)
    {
        var taken = new List<(long, long, uint)>();
        Span<byte> key = stackalloc byte[NumberLength];
        BinaryPrimitives.WriteInt64BigEndian(key, _done + 1);
        using var iterator = _database.Iterate(_order, fillCache: false);
        var valid = iterator.Seek(key);
        // Numbers of writes that failed are of no mark.
        if (!valid)
            Volatile.Write(ref _done, _lastBefore);
        for (; valid && taken.Count < limit; valid = iterator.Next())
        {
            var mark = iterator.Value;
            if (SeriesKey.ReadSeconds(mark) >= before)
                break;
            taken.Add((BinaryPrimitives.ReadInt64BigEndian(iterator.Key), SeriesKey.ReadId(mark), SeriesKey.ReadSeconds(mark)));
        }

        return taken;
    }

    /// <summary>Whether an hour is still marked: it may have been numbered twice in one write. Safe without the gate.</summary>
    public bool Stands(long id, uint hour)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, hour);
        return _database.Contains(_marks, key);
    }

    /// <summary>Removes marks with the batch that puts them right. One that was marked again stays, behind all others.</summary>
    /// <param name="batch">To be written under the same gate.</param>
    /// <param name="taken">All that <see cref="Take"/> gave.</param>
    /// <param name="right">The hours that were put right.</param>
    public void Remove(WriteBatchBuffer batch, List<(long Number, long Id, uint Hour)> taken, HashSet<(long Id, uint Hour)> right)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        foreach (var (number, _, _) in taken)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, number);
            // Put once, so that nothing of it stays.
            batch.SingleDelete(_order, key[..NumberLength]);
        }

        foreach (var (id, hour) in right)
        {
            SeriesKey.Write(key, id, hour);
            if (_again.Contains((id, hour)))
                Number(batch, key);
            else
                batch.Delete(_marks, key);
        }

        _meta.Put(batch, MetaKeys.DirtyDone, taken[^1].Number);
    }

    /// <summary>What <see cref="Remove"/> put into the batch was written.</summary>
    public void Removed(List<(long Number, long Id, uint Hour)> taken) => Volatile.Write(ref _done, taken[^1].Number);

    // A number is not given again when the write fails: gaps do no harm.
    private void Number(WriteBatchBuffer batch, ReadOnlySpan<byte> mark)
    {
        Span<byte> number = stackalloc byte[NumberLength];
        BinaryPrimitives.WriteInt64BigEndian(number, _last + 1);
        Volatile.Write(ref _last, _last + 1);
        batch.Put(_order, number, mark);
    }
}
