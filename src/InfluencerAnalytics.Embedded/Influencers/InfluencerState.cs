using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// What is held in memory of all influencers, by whoever writes it: each one's latest reading and how it stands, and what that comes to. Every write of it
/// leaves a record in the journal. Used under the store's gate.
/// </summary>
internal sealed class InfluencerState : IWritePart
{
    private readonly MetaTable _meta;
    private readonly ColumnFamily _journal;
    private readonly ByteWriter _record = new();
    private RosterNumbers _rosterBefore;

    public InfluencerState(StoreContext context)
    {
        _meta = context.Meta;
        _journal = context.Database[ColumnFamilyNames.Journal];
        Standings = new Standings(Table);
        Changes = new TableChanges(Table, Standings);
        Names = new NameTable(context.Database);
        context.Add(this);
    }

    public InfluencerTable Table { get; } = new();

    /// <summary>Who was tracked or gone when.</summary>
    public Standings Standings { get; }

    public TableChanges Changes { get; }

    public NameTable Names { get; }

    /// <summary>The counts and versions of the roster. Changed within writes only.</summary>
    public RosterNumbers Roster;

    /// <summary>The number of the next journal record.</summary>
    public long NextJournalRecord { get; set; } = 1;

    /// <summary>The roster as counted at start.</summary>
    public void Load(in RosterNumbers roster) => Roster = _rosterBefore = roster;

    public void Complete(WriteBatchBuffer batch)
    {
        if (Changes.Count > 0)
        {
            _record.Clear();
            Changes.WriteJournal(_record);
            Span<byte> key = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(key, NextJournalRecord);
            batch.Put(_journal, key, _record.Written);
        }

        if (Roster.Version != _rosterBefore.Version)
            _meta.Put(batch, MetaKeys.RosterVersion, Roster.Version);
    }

    public void Accept()
    {
        if (Changes.Count > 0)
            NextJournalRecord++;
        Changes.Clear();
        Standings.Accept();
        _rosterBefore = Roster;
    }

    public void Undo()
    {
        Changes.Undo();
        Standings.Undo();
        Roster = _rosterBefore;
    }
}
