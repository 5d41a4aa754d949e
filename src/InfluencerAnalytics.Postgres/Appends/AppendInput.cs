using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Postgres.Appends;

/// <summary>What one append was given, checked and in the order in which it is written. Immutable.</summary>
internal sealed class AppendInput
{
    // The last whole second of 32 bits, in 2106: what the other stores can say.
    private const long MaxSlot = uint.MaxValue * 1000L;

    private AppendInput(IReadOnlyList<DataPointBatch> batches, List<DataPoint> points, int given)
    {
        Batches = batches;
        Points = points;
        Given = given;
        Ids = [.. points.Select(static point => point.InfluencerId).Concat(batches.SelectMany(static batch => batch.Missed, static (_, miss) => miss.InfluencerId)).Distinct().Order()];
        Slots = [.. batches.Select(static batch => batch.Slot).Distinct().Order()];
        HasMisses = batches.Any(static batch => batch.Missed.Count > 0);
    }

    public IReadOnlyList<DataPointBatch> Batches { get; }

    /// <summary>By slot and id, each key once: the first that was given.</summary>
    public IReadOnlyList<DataPoint> Points { get; }

    /// <summary>How many points were given, those of the same key counted each.</summary>
    public int Given { get; }

    /// <summary>Of points and misses, ascending.</summary>
    public long[] Ids { get; }

    /// <summary>Ascending.</summary>
    public long[] Slots { get; }

    public bool HasMisses { get; }

    public static AppendInput Of(IReadOnlyList<DataPointBatch> batches)
    {
        var given = 0;
        foreach (var batch in batches)
        {
            Check(batch);
            given += batch.Points.Count;
        }
        var order = new List<(DataPoint Point, int Place)>(given);
        foreach (var batch in batches)
        {
            foreach (var point in batch.Points)
                order.Add((point, order.Count));
        }
        order.Sort(static (one, other) =>
        {
            var bySlot = one.Point.Slot.CompareTo(other.Point.Slot);
            var byId = bySlot != 0 ? bySlot : one.Point.InfluencerId.CompareTo(other.Point.InfluencerId);
            return byId != 0 ? byId : one.Place.CompareTo(other.Place);
        });
        var points = new List<DataPoint>(given);
        foreach (var (point, _) in order)
        {
            if (points.Count == 0 || points[^1].Slot != point.Slot || points[^1].InfluencerId != point.InfluencerId)
                points.Add(point);
        }
        return new AppendInput(batches, points, given);
    }

    private static void Check(DataPointBatch batch)
    {
        if (batch.Slot is <= 0 or > MaxSlot || batch.Slot % 1000 != 0)
            throw new StoreRefusedException($"The slot {batch.Slot} is not a whole second from 1970 to 2106.");
        if (!SlotGrid.IsValidInterval(batch.Interval))
            throw new StoreRefusedException($"An interval of {batch.Interval} is not a whole number of seconds from 1 s to 1 h.");
        foreach (var point in batch.Points)
        {
            if (!InfluencerIds.IsValid(point.InfluencerId) || point.FollowerCount < 0 || point.FollowingCount < 0)
                throw new StoreRefusedException($"The data point of influencer {point.InfluencerId} has an id that is none, or a negative count.");
        }
        foreach (var miss in batch.Missed)
        {
            if (!InfluencerIds.IsValid(miss.InfluencerId) || !Enum.IsDefined(miss.Reason))
                throw new StoreRefusedException($"The miss of influencer {miss.InfluencerId} has an id or a reason that is none.");
        }
    }
}
