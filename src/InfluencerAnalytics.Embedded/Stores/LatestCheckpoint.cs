using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// Keeps the influencer table over restarts. Every write puts one small journal record; now and then the changed blocks of the
/// table are written out, after which the journal up to the start of that is not needed. A start reads the blocks and replays the rest.
/// </summary>
/// <remarks>
/// Blocks are written while writes go on, some earlier and some later. That is sound since journal records hold absolute values: a block
/// that is newer than the first record replayed onto it ends in the same state once the later records follow.
/// </remarks>
internal sealed class LatestCheckpoint(StoreContext context)
{
    // A few milliseconds under the gate at a time.
    private const int BlocksPerStep = 32;

    private readonly ColumnFamily _latest = context.Database[ColumnFamilyNames.Latest];
    private readonly ByteWriter _block = new();
    private readonly WriteBatchBuffer _batch = new();
    private readonly Lock _running = new();

    /// <summary>Fills the table from the database, before anything else uses it. <see cref="Count"/> follows.</summary>
    public void Load()
    {
        using (var blocks = context.Database.Iterate(_latest, fillCache: false))
        {
            for (var valid = blocks.SeekToFirst(); valid; valid = blocks.Next())
            {
                var from = blocks.Value;
                var previousId = 0L;
                while (!from.IsEmpty)
                    context.Changes.ReadRow(ref from, ref previousId);
            }
        }

        for (var block = 0; block < context.Table.BlockCount; block++)
            context.Table.SavedVersion(block) = context.Table.BlockVersion(block);
        Replay();
    }

    /// <summary>Counts the roster, now and over time.</summary>
    public void Count()
    {
        CountRoster();
        context.Standings.CountAll(PointCodec.FloorSeconds(context.NowMs));
        context.NotFound.Publish();
    }

    /// <summary>Writes out the blocks that changed since the last time.</summary>
    public void Run()
    {
        lock (_running)
        {
            long journalEnd;
            int blocks;
            lock (context.Gate)
            {
                journalEnd = context.NextJournalRecord;
                blocks = context.Table.BlockCount;
            }

            for (var first = 0; first < blocks; first += BlocksPerStep)
                SaveBlocks(first, Math.Min(blocks, first + BlocksPerStep));
            TrimJournal(journalEnd);
        }
    }

    /// <summary>
    /// Writes out every block and drops those beyond: after a loss, blocks and journal may be of different times, and a journal never takes a row back to
    /// an earlier reading. Before anything else uses the table.
    /// </summary>
    public void Rewrite()
    {
        lock (_running)
        {
            for (var block = 0; block < context.Table.BlockCount; block++)
                context.Table.SavedVersion(block) = -1;
            Run();
            _batch.Clear();
            Span<byte> beyond = stackalloc byte[4];
            Span<byte> end = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(beyond, context.Table.BlockCount);
            BinaryPrimitives.WriteInt32BigEndian(end, int.MaxValue);
            _batch.DeleteRange(_latest, beyond, end);
            context.Database.Write(_batch);
        }
    }

    /// <summary>After a loss, names may be gone that the table holds for known: each is written again with the next reading.</summary>
    public void ForgetNames()
    {
        for (var row = 0; row < context.Table.Count; row++)
            context.Table[row].NameHash = default;
    }

    private void SaveBlocks(int first, int end)
    {
        _batch.Clear();
        lock (context.Gate)
        {
            for (var block = first; block < end; block++)
            {
                if (context.Table.BlockVersion(block) > context.Table.SavedVersion(block))
                    SaveBlock(block);
            }
        }

        try
        {
            context.Database.Write(_batch);
        }
        catch
        {
            lock (context.Gate)
            {
                for (var block = first; block < end; block++)
                    context.Table.SavedVersion(block) = -1;
            }

            throw;
        }
    }

    private void SaveBlock(int block)
    {
        _block.Clear();
        var previousId = 0L;
        var first = block * InfluencerTable.BlockRows;
        for (var row = first; row < first + context.Table.RowsInBlock(block); row++)
            context.Changes.WriteRow(_block, row, ref previousId);
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, block);
        _batch.Put(_latest, key, _block.Written);
        context.Table.SavedVersion(block) = context.Table.BlockVersion(block);
    }

    private void TrimJournal(long end)
    {
        var start = context.Meta.GetNumber(MetaKeys.JournalStart) ?? 0;
        if (end == start)
            return;
        _batch.Clear();
        Span<byte> from = stackalloc byte[8];
        Span<byte> to = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(from, start);
        BinaryPrimitives.WriteInt64BigEndian(to, end);
        _batch.DeleteRange(context.JournalFamily, from, to);
        context.Meta.Put(_batch, MetaKeys.JournalStart, end);
        context.Database.Write(_batch);
    }

    private void Replay()
    {
        context.NextJournalRecord = context.Meta.GetNumber(MetaKeys.JournalStart) ?? 1;
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, context.NextJournalRecord);
        using var journal = context.Database.Iterate(context.JournalFamily, fillCache: false);
        for (var valid = journal.Seek(key); valid; valid = journal.Next())
        {
            context.Changes.ReplayJournal(journal.Value);
            context.NextJournalRecord = BinaryPrimitives.ReadInt64BigEndian(journal.Key) + 1;
        }
    }

    private void CountRoster()
    {
        var numbers = new RosterNumbers { Version = context.Meta.GetNumber(MetaKeys.RosterVersion) ?? 0 };
        for (var block = 0; block < context.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in context.Table.GetBlock(block))
            {
                if (row.IsForeign)
                    numbers.Foreign++;
                if (!row.IsOnRoster)
                    continue;
                numbers.LastAddition = Math.Max(numbers.LastAddition, row.RosterVersion);
                if (row.Status == InfluencerStatus.Tracked)
                    numbers.Tracked++;
                else
                    numbers.Gone++;
            }
        }

        context.Roster = numbers;
    }
}
