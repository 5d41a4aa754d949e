using InfluencerAnalytics.Embedded.Clocks;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Points;

/// <summary>The data points, a column family per UTC day, and from when on they are taken. Safe for concurrent use.</summary>
internal sealed class PointTable
{
    private readonly StoreContext _context;
    private uint _keptSince;

    public PointTable(StoreContext context)
    {
        _context = context;
        Days = new PeriodFamilies(context.Database, ColumnFamilyNames.PointsPrefix, Periods.DaySeconds);
        Age = new AgeClock(context.Clock.Time, Days.All.Count == 0 ? null : (Days.StartOf(Days.All[^1].Period + 1) + Periods.DaySeconds) * 1000L);
        _keptSince = (uint)(context.Meta.GetNumber(MetaKeys.KeptSince) ?? 0);
    }

    public PeriodFamilies Days { get; }

    /// <summary>By which data is too old.</summary>
    public AgeClock Age { get; }

    /// <summary>Points before this second are refused: their day was dropped.</summary>
    public uint KeptSince => Volatile.Read(ref _keptSince);

    /// <summary>The first second of which a point is taken now: earlier ones are too old, or their day was dropped.</summary>
    public uint TakenSince => _context.Options.RawRetention is { } retention
        ? Math.Max(KeptSince, SlotSeconds.Ceiling(Age.NowMs - (long)retention.TotalMilliseconds))
        : KeptSince;

    /// <summary>Refuses points before a second from now on, also after a restart.</summary>
    public void KeepSince(uint second)
    {
        lock (_context.Gate)
        {
            _context.Write(batch => _context.Meta.Put(batch, MetaKeys.KeptSince, second));
            Volatile.Write(ref _keptSince, second);
        }
    }

    /// <summary>Whether a point of it is stored, or on its way in this write.</summary>
    public bool Has(in InfluencerRow row, uint slot)
    {
        if (slot >= row.SlotSeconds)
            return slot == row.SlotSeconds;
        if (Days.Find(slot) is not { } family)
            return false;
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, row.Id, slot);
        return _context.Database.Contains(family, key);
    }
}
