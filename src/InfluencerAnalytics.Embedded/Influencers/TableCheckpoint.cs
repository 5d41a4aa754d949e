using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Keeps the influencer table over restarts. Every write puts one small journal record; now and then the changed blocks of the
/// table are written out, after which the journal up to the start of that is not needed. A start reads the blocks and replays the rest.
/// </summary>
/// <remarks>
/// Blocks are written while writes go on, some earlier and some later. That is sound since journal records hold absolute values: a block
/// that is newer than the first record replayed onto it ends in the same state once the later records follow. For the same reason they are written beside the gate and
/// not as other writes are: what they hold is on the disk already, in the journal, and nothing in memory changes with them but which blocks are saved. After a write that
/// failed those of it count as not saved, so that the journal is kept until one got through.
/// </remarks>
internal sealed class TableCheckpoint(StoreContext context, InfluencerState influencers)
{
    // A few milliseconds under the gate at a time.
    private const int BlocksPerStep = 32;

    private readonly ColumnFamily _latest = context.Database[ColumnFamilyNames.Latest];
    private readonly ColumnFamily _journal = context.Database[ColumnFamilyNames.Journal];
    private readonly ByteWriter _block = new();
    private readonly SideWrites _writes = new(context.Database);
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
                    influencers.Changes.ReadRow(ref from, ref previousId);
            }
        }

        for (var block = 0; block < influencers.Table.BlockCount; block++)
            influencers.Table.SavedVersion(block) = influencers.Table.BlockVersion(block);
        Replay();
    }

    /// <summary>Counts the roster, now and over time.</summary>
    public void Count()
    {
        CountRoster();
        influencers.Standings.CountAll(SlotSeconds.Floor(context.Clock.NowMs));
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
                journalEnd = influencers.NextJournalRecord;
                blocks = influencers.Table.BlockCount;
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
            for (var block = 0; block < influencers.Table.BlockCount; block++)
                influencers.Table.SavedVersion(block) = -1;
            Run();
            _writes.Write(batch =>
            {
                Span<byte> beyond = stackalloc byte[4];
                Span<byte> end = stackalloc byte[4];
                BinaryPrimitives.WriteInt32BigEndian(beyond, influencers.Table.BlockCount);
                BinaryPrimitives.WriteInt32BigEndian(end, int.MaxValue);
                batch.DeleteRange(_latest, beyond, end);
            });
        }
    }

    /// <summary>After a loss, names may be gone that the table holds for known: each is written again with the next reading.</summary>
    public void ForgetNames()
    {
        for (var row = 0; row < influencers.Table.Count; row++)
            influencers.Table[row].NameHash = default;
    }

    private void SaveBlocks(int first, int end)
    {
        try
        {
            _writes.Write(batch =>
            {
                lock (context.Gate)
                {
                    for (var block = first; block < end; block++)
                    {
                        if (influencers.Table.BlockVersion(block) > influencers.Table.SavedVersion(block))
                            SaveBlock(batch, block);
                    }
                }
            });
        }
        catch
        {
            lock (context.Gate)
            {
                for (var block = first; block < end; block++)
                    influencers.Table.SavedVersion(block) = -1;
            }

            throw;
        }
    }

    private void SaveBlock(WriteBatchBuffer batch, int block)
    {
        _block.Clear();
        var previousId = 0L;
        var first = block * InfluencerTable.BlockRows;
        for (var row = first; row < first + influencers.Table.RowsInBlock(block); row++)
            influencers.Changes.WriteRow(_block, row, ref previousId);
        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, block);
        batch.Put(_latest, key, _block.Written);
        influencers.Table.SavedVersion(block) = influencers.Table.BlockVersion(block);
    }

    private void TrimJournal(long end)
    {
        var start = context.Meta.GetNumber(MetaKeys.JournalStart) ?? 0;
        if (end == start)
            return;
        _writes.Write(batch =>
        {
            Span<byte> from = stackalloc byte[8];
            Span<byte> to = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(from, start);
            BinaryPrimitives.WriteInt64BigEndian(to, end);
            batch.DeleteRange(_journal, from, to);
            context.Meta.Put(batch, MetaKeys.JournalStart, end);
        });
    }

    private void Replay()
    {
        influencers.NextJournalRecord = context.Meta.GetNumber(MetaKeys.JournalStart) ?? 1;
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, influencers.NextJournalRecord);
        using var journal = context.Database.Iterate(_journal, fillCache: false);
        for (var valid = journal.Seek(key); valid; valid = journal.Next())
        {
            influencers.Changes.ReplayJournal(journal.Value);
            influencers.NextJournalRecord = BinaryPrimitives.ReadInt64BigEndian(journal.Key) + 1;
        }
    }

    private void CountRoster()
    {
        var numbers = new RosterNumbers { Version = context.Meta.GetNumber(MetaKeys.RosterVersion) ?? 0 };
        for (var block = 0; block < influencers.Table.BlockCount; block++)
        {
            foreach (ref readonly var row in influencers.Table.GetBlock(block))
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

        influencers.Load(numbers);
    }
}
