using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Queues;

/// <summary>
/// How many dead letters of a queue there are and what they take, kept within its limits: the oldest go for newer ones, counted. Changes go into
/// the batch of the caller and count once it is written: <see cref="Accept"/>, or <see cref="Forget"/>. Used under the queue's lock.
/// </summary>
internal sealed partial class DeadLetterShelf(string queue, QueueRecords records, EmbeddedOptions options, TimeProvider time, ILogger logger)
{
    // One write of a start that finds too many.
    private const int DroppedPerWrite = 10_000;

    private readonly Episode _full = new(time);
    private Totals _kept;
    private Totals _next;

    public long Count => _kept.Count;

    /// <summary>Since the queue was made.</summary>
    public long Dropped => _kept.Dropped;

    /// <summary>The oldest has a greater id: a look from the beginning would go over all that were deleted since the last compaction.</summary>
    public long Before => _kept.Before;

    /// <summary>Counts what there is, and drops what is too much of it: the limits may have been higher.</summary>
    public void Open(RocksDatabase database, WriteBatchBuffer batch)
    {
        _kept.Dropped = records.CountDroppedDead();
        records.VisitDead(0, (id, bytes) =>
        {
            if (_kept.Count == 0)
                _kept.Before = id - 1;
            _kept.Count++;
            _kept.Bytes += bytes;
            return true;
        });
        _next = _kept;
        while (IsOver(_next))
        {
            batch.Clear();
            MakeRoom(batch, DroppedPerWrite);
            database.Write(batch);
            Accept();
        }
        batch.Clear();
    }

    public void Put(WriteBatchBuffer batch, ByteWriter buffer, long id, long at, string reason, ReadOnlyMemory<byte> body)
    {
        _next.Bytes += records.PutDead(batch, buffer, id, at, DeadLetterFit.Reason(reason), DeadLetterFit.Body(body).Span);
        _next.Count++;
        MakeRoom(batch, int.MaxValue);
    }

    public void Delete(WriteBatchBuffer batch, long id, int bytes)
    {
        records.DeleteDead(batch, id);
        _next.Count--;
        _next.Bytes -= bytes;
    }

    /// <summary>The batch was written.</summary>
    public void Accept()
    {
        var dropped = _next.Dropped - _kept.Dropped;
        _kept = _next;
        if (dropped > 0 && _full.Happened("", dropped))
            Log.Full(logger, queue, _kept.Count, _kept.Bytes);
        else if (dropped == 0 && _full.IsOn && _kept.Count < options.MaxDeadLetters / 2 && _kept.Bytes < options.MaxDeadLetterBytes / 2 && _full.Over() is { } past)
            Log.NoLongerFull(logger, queue, past.Times, past.Seconds);
    }

    /// <summary>The batch was not written, or not to the end of what was put into it.</summary>
    public void Forget() => _next = _kept;

    // The letter that was just put is not in the database yet, so that it is never dropped for itself.
    private void MakeRoom(WriteBatchBuffer batch, int limit)
    {
        if (!IsOver(_next))
            return;
        records.VisitDead(_next.Before, (id, bytes) =>
        {
            records.DeleteDead(batch, id);
            _next.Before = id;
            _next.Count--;
            _next.Bytes -= bytes;
            _next.Dropped++;
            return IsOver(_next) && --limit > 0;
        });
        records.PutDroppedDead(batch, _next.Dropped);
    }

    private bool IsOver(in Totals totals) => totals.Count > options.MaxDeadLetters || totals.Bytes > options.MaxDeadLetterBytes;

    private struct Totals
    {
        public long Count;
        public long Bytes;
        public long Dropped;
        public long Before;
    }

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Warning, "The dead letters of {Queue} have reached Embedded:MaxDeadLetters or Embedded:MaxDeadLetterBytes ({Count} letters, {Bytes} bytes): the oldest go for newer ones.")]
        public static partial void Full(ILogger logger, string queue, long count, long bytes);

        [LoggerMessage(2051, LogLevel.Information, "The dead letters of {Queue} have room again; {Dropped} were dropped in {Seconds} s.")]
        public static partial void NoLongerFull(ILogger logger, string queue, long dropped, double seconds);
    }
}
