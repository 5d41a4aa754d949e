using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>
/// What the parts of the store share: the database, the influencer table, and the one writer. A write goes: take <see cref="Gate"/>,
/// change memory and fill <see cref="Batch"/>, <see cref="Commit"/>; when anything fails before the commit is through, <see cref="Rollback"/> puts
/// memory back. Everything that is not marked otherwise is to be used under the gate.
/// </summary>
internal sealed class StoreContext
{
    private readonly ByteWriter _record = new();
    private readonly long _openedAtMs;
    private readonly long _openedAt;
    private RosterNumbers _rosterBefore;

    public StoreContext(RocksDatabase database, EmbeddedOptions options, TimeProvider time, ILogger? logger = null)
    {
        Notices = new StoreNotices(options, logger ?? NullLogger.Instance);
        Database = database;
        Options = options;
        Time = time;
        _openedAtMs = NowMs;
        _openedAt = time.GetTimestamp();
        Failures = new BackgroundFailures(time);
        Standings = new Standings(Table);
        Changes = new TableChanges(Table, Standings);
        Slots = new SlotCache(database, Standings);
        Misses = new MissTable(database, Batch);
        NotFound = new NotFoundRules(this);
        Points = new PeriodFamilies(database, ColumnFamilyNames.PointsPrefix, Periods.DaySeconds);
        Hours = new PeriodFamilies(database, ColumnFamilyNames.HoursPrefix, Periods.WeekSeconds);
        Days = new PeriodFamilies(database, ColumnFamilyNames.DaysPrefix, Periods.YearSeconds);
        Age = new AgeClock(time, Points.All.Count == 0 ? null : (Points.StartOf(Points.All[^1].Period + 1) + Periods.DaySeconds) * 1000L);
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

    /// <summary>Who was tracked or gone when.</summary>
    public Standings Standings { get; }

    public TableChanges Changes { get; }

    public WriteBatchBuffer Batch { get; } = new();

    public SlotCache Slots { get; }

    public MissTable Misses { get; }

    public NotFoundRules NotFound { get; }

    /// <summary>What people should know of the store though it works. Safe without the gate.</summary>
    public StoreNotices Notices { get; }

    /// <summary>Data points, a column family per UTC day. Safe without the gate.</summary>
    public PeriodFamilies Points { get; }

    /// <summary>Hourly roll-ups, a column family per week. Safe without the gate.</summary>
    public PeriodFamilies Hours { get; }

    /// <summary>Daily roll-ups, a column family per year. Safe without the gate.</summary>
    public PeriodFamilies Days { get; }

    /// <summary>By which data is too old. Safe without the gate.</summary>
    public AgeClock Age { get; }

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

    /// <summary>In whole epoch seconds.</summary>
    public long NowSeconds => NowMs / 1000;

    /// <summary>Epoch milliseconds by the wall clock at the opening and the monotonic one since: no step of the wall clock makes what happened within this process older or younger.</summary>
    public long SteadyMs => _openedAtMs + (long)Time.GetElapsedTime(_openedAt).TotalMilliseconds;

    public void Begin()
    {
        Batch.Clear();
        _rosterBefore = Roster;
    }

    /// <summary>Whether a point of it is stored, or on its way in this write.</summary>
    public bool HasPoint(in InfluencerRow row, uint slot)
    {
        if (slot >= row.SlotSeconds)
            return slot == row.SlotSeconds;
        if (Points.Find(slot) is not { } family)
            return false;
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(key, row.Id, slot);
        return Database.Contains(family, key);
    }

    public void Commit()
    {
        Slots.Recount(NowSeconds);
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
        Standings.Accept();
        Misses.Clear();
        Slots.AcceptChanges();
    }

    public void Rollback()
    {
        Changes.Undo();
        Standings.Undo();
        Misses.Clear();
        Slots.UndoChanges();
        Roster = _rosterBefore;
    }
}
