using InfluencerAnalytics.Embedded.Encodings;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Embedded.Ranks;

/// <summary>
/// Ranks each day whose roll-ups are made, in steps of a few thousand influencers: reads the day's last follower counts, sorts them in memory (16 bytes an influencer, 8 for whom to read),
/// writes the ranks beside the store's gate. A day that was cut short is begun anew. One thread at a time, the one that makes the roll-ups, of the one process that has the directory: no
/// other can write over its ranks.
/// </summary>
internal sealed class RankMaker
{
    private readonly StoreContext _context;
    private readonly InfluencerTable _table;
    private readonly SlotRecords _slots;
    private readonly RollupTables _rollups;
    private readonly RankTables _ranks;
    private readonly SideWrites _writes;
    private readonly ByteWriter _value = new();
    private uint _before;
    private Work? _work;

    /// <summary>After the one of the roll-ups, which says how far days are.</summary>
    public RankMaker(StoreContext context, InfluencerTable table, SlotRecords slots, RollupTables rollups, RankTables ranks)
    {
        (_context, _table, _slots, _rollups, _ranks) = (context, table, slots, rollups, ranks);
        _writes = new SideWrites(context.Database);
        if (context.Meta.GetNumber(MetaKeys.RankedDays) is { } known)
        {
            _before = (uint)known;
            return;
        }

        // Days that were over before ranks were kept have none.
        _before = rollups.Progress.DaysBefore;
        context.Write(batch => context.Meta.Put(batch, MetaKeys.RankedDays, _before));
    }

    /// <summary>Does a little. False when there is nothing to do. To be called when no roll-up is waiting to be made or put right.</summary>
    public bool Step()
    {
        PutBack();
        if (_work is null && !TryBegin())
            return false;
        if (!_work!.IsRanked)
            Collect(_work);
        else
            Write(_work);
        return true;
    }

    // Where a clock that was ahead had days rolled up in the future, they are made again.
    private void PutBack()
    {
        var days = _rollups.Progress.DaysBefore;
        if (_before <= days)
            return;
        lock (_context.Gate)
        {
            _context.Write(batch =>
            {
                _ranks.Days.DropFrom(batch, days);
                _context.Meta.Put(batch, MetaKeys.RankedDays, days);
            });
        }

        (_before, _work) = (days, null);
    }

    private bool TryBegin()
    {
        uint day;
        long[] ids;
        lock (_context.Gate)
        {
            while (_before < _rollups.Progress.DaysBefore && !HasReadings(_before))
                _before++;
            uint? next = _before < _rollups.Progress.DaysBefore ? _before : _ranks.Days.ToDoAgain;
            if (next is not { } toDo)
                return false;
            day = toDo;
            _context.Write(batch => _ranks.Days.Begin(batch, day));
            ids = _table.Ids();
        }

        // Without the gate: of a million it takes a tenth of a second.
        Array.Sort(ids);
        _work = new Work(day, ids);
        return true;
    }

    // A day on which the program did not run need not be gone over.
    private bool HasReadings(uint day)
    {
        var start = day * Periods.DaySeconds;
        return _rollups.Days.Find(start) is not null && _slots.Hours.Read(start, start + (Periods.DaySeconds - 1)).Exists(static hour => hour.Stored > 0);
    }

    private void Collect(Work work)
    {
        var start = work.Day * Periods.DaySeconds;
        if (_rollups.Days.Find(start) is { } days)
        {
            Span<byte> key = stackalloc byte[SeriesKey.Length];
            using var rows = _context.Database.Iterate(days, fillCache: false);
            foreach (var id in work.Ids.Current)
            {
                SeriesKey.Write(key, id, start);
                if (rows.Seek(key) && rows.Key.SequenceEqual(key))
                    work.Ranking.Add(id, RollupCodec.Read(rows.Key, rows.Value, RollupPeriod.Day).Followers.Last);
            }
        }

        if (!work.Ids.IsLast)
        {
            work.Ids.Advance();
            return;
        }

        work.Ranking.Rank();
        work.IsRanked = true;
    }

    private void Write(Work work)
    {
        var ranking = work.Ranking;
        var last = Math.Min(ranking.Count, work.Written + IdSteps.IdsPerStep);
        if (last > work.Written)
        {
            var start = work.Day * Periods.DaySeconds;
            var family = _ranks.Families.GetOrCreate(start);
            _writes.Write(batch => Put(batch, family, start, ranking, (work.Written, last)));
        }

        work.Written = last;
        if (last == ranking.Count)
            End(work);
    }

    private void Put(WriteBatchBuffer batch, ColumnFamily family, uint start, DayRanking ranking, (int First, int Behind) part)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        for (var i = part.First; i < part.Behind; i++)
        {
            var (id, rank) = ranking.At(i);
            if (_ranks.Days.HasChanged(id))
                continue;
            SeriesKey.Write(key, id, start);
            _value.Clear();
            _value.Unsigned((ulong)rank);
            batch.Put(family, key, _value.Written);
        }
    }

    private void End(Work work)
    {
        var before = Math.Max(_before, work.Day + 1);
        lock (_context.Gate)
        {
            _context.Write(batch =>
            {
                _ranks.Days.End(batch, work.Day, work.Ranking.Count);
                _context.Meta.Put(batch, MetaKeys.RankedDays, before);
            });
        }

        (_before, _work) = (before, null);
    }

    /// <summary>The day that is being ranked.</summary>
    private sealed class Work(uint day, long[] ids)
    {
        public uint Day => day;

        /// <summary>Who is left to be read.</summary>
        public IdSteps Ids { get; } = new(ids, after: null);

        public DayRanking Ranking { get; } = new(ids.Length);

        public bool IsRanked { get; set; }

        /// <summary>How many ranks are written.</summary>
        public int Written { get; set; }
    }
}
