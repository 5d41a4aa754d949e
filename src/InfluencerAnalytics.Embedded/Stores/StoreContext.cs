using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// What the parts of the store share: the database, the influencer table, and the one writer. A write goes: take <see cref="Gate"/>,
/// change memory and fill <see cref="Batch"/>, <see cref="Commit"/>; when anything fails before the commit is through, <see cref="Rollback"/> puts
/// memory back. Everything that is not marked otherwise is to be used under the gate.
/// </summary>
internal sealed class StoreContext
{
    private readonly ByteWriter _record = new();
    private RosterNumbers _rosterBefore;

    public StoreContext(RocksDatabase database, EmbeddedOptions options, TimeProvider time)
    {
        Database = database;
        Options = options;
        Time = time;
        Failures = new BackgroundFailures(time);
        Changes = new TableChanges(Table);
        Slots = new SlotCache(database);
        Points = new PeriodFamilies(database, ColumnFamilyNames.PointsPrefix, Periods.DaySeconds);
        Hours = new PeriodFamilies(database, ColumnFamilyNames.HoursPrefix, Periods.WeekSeconds);
        Days = new PeriodFamilies(database, ColumnFamilyNames.DaysPrefix, Periods.YearSeconds);
        Meta = new MetaTable(database);
        MetaFamily = database[ColumnFamilyNames.Meta];
        Marks = new DirtyMarks(database, Meta);
        JournalFamily = database[ColumnFamilyNames.Journal];
        NamesFamily = database[ColumnFamilyNames.Names];
    }

    public Lock Gate { get; } = new();

    /// <summary>Safe without the gate.</summary>
    public RocksDatabase Database { get; }

    public EmbeddedOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>Safe without the gate.</summary>
    public BackgroundFailures Failures { get; }

    public InfluencerTable Table { get; } = new();

    public TableChanges Changes { get; }

    public WriteBatchBuffer Batch { get; } = new();

    public SlotCache Slots { get; }

    /// <summary>Data points, a column family per UTC day. Safe without the gate.</summary>
    public PeriodFamilies Points { get; }

    /// <summary>Hourly roll-ups, a column family per week. Safe without the gate.</summary>
    public PeriodFamilies Hours { get; }

    /// <summary>Daily roll-ups, a column family per year. Safe without the gate.</summary>
    public PeriodFamilies Days { get; }

    public MetaTable Meta { get; }

    public ColumnFamily MetaFamily { get; }

    /// <summary>The hours that late points made wrong.</summary>
    public DirtyMarks Marks { get; }

    public ColumnFamily JournalFamily { get; }

    public ColumnFamily NamesFamily { get; }

    /// <summary>The counts and versions of the roster; a commit writes and a rollback restores them.</summary>
    public RosterNumbers Roster;

    /// <summary>The number of the next journal record.</summary>
    public long NextJournalRecord { get; set; } = 1;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Begin()
    {
        Batch.Clear();
        _rosterBefore = Roster;
    }

    public void Commit()
    {
        if (Changes.Count > 0)
        {
            _record.Clear();
            Changes.WriteJournal(_record);
            Span<byte> key = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(key, NextJournalRecord);
            Batch.Put(JournalFamily, key, _record.Written);
        }

        if (Roster.Version != _rosterBefore.Version)
            Meta.Put(Batch, MetaKeys.RosterVersion, Roster.Version);
        Slots.WriteChanges(Batch, _record);
        Database.Write(Batch);
        if (Changes.Count > 0)
            NextJournalRecord++;
        Changes.Clear();
        Slots.AcceptChanges();
    }

    public void Rollback()
    {
        Changes.Undo();
        Slots.UndoChanges();
        Roster = _rosterBefore;
    }
}
