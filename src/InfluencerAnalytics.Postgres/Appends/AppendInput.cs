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
        Slots = [.. batches.Select(static batch => batch.Slot).Distinct().Order()];
        Misses = [.. batches.SelectMany(static batch => batch.Missed, static (batch, miss) => (batch.Slot, Id: miss.InfluencerId, miss.Reason))];
        var ids = points.Select(static point => point.InfluencerId);
        // Of one slot they are in order, each once.
        Ids = Slots.Length == 1 && Misses.Count == 0 ? [.. ids] : [.. ids.Concat(Misses.Select(static miss => miss.Id)).Distinct().Order()];
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

    /// <summary>In the order in which they were given: of one key, the last word is the last.</summary>
    public IReadOnlyList<(long Slot, long Id, MissReason Reason)> Misses { get; }

    /// <summary>Whose answer was "not found", which may change the roster.</summary>
    public IEnumerable<long> NotFound => Misses.Where(static miss => miss.Reason == MissReason.NotFound).Select(static miss => miss.Id);

    public static AppendInput Of(IReadOnlyList<DataPointBatch> batches)
    {
        var given = 0;
        foreach (var batch in batches)
        {
            Check(batch);
            given += batch.Points.Count;
        }
        var points = Sorted(batches, given);
        return new AppendInput(batches, points, given);
    }

    // Shards are slices of the roster: laid one behind the other by their first ids, their points are in order already. Sorting them all the same would take a tenth of the write.
    private static List<DataPoint> Sorted(IReadOnlyList<DataPointBatch> batches, int given)
    {
        var points = new List<DataPoint>(given);
        foreach (var batch in batches.Where(static batch => batch.Points.Count > 0).OrderBy(static batch => (batch.Slot, batch.Points[0].InfluencerId)))
            points.AddRange(batch.Points);
        for (var i = 1; i < points.Count; i++)
        {
            if (Compare(points[i - 1], points[i]) >= 0)
                return SortedOneByOne(batches);
        }
        return points;
    }

    private static List<DataPoint> SortedOneByOne(IReadOnlyList<DataPointBatch> batches)
    {
        var order = batches.SelectMany(static batch => batch.Points).Index().ToList();
        order.Sort(static (one, other) => Compare(one.Item, other.Item) is var difference && difference != 0 ? difference : one.Index.CompareTo(other.Index));
        var points = new List<DataPoint>(order.Count);
        foreach (var (_, point) in order)
        {
            if (points.Count == 0 || Compare(points[^1], point) != 0)
                points.Add(point);
        }
        return points;
    }

    private static int Compare(in DataPoint one, in DataPoint other) =>
        one.Slot != other.Slot ? one.Slot.CompareTo(other.Slot) : one.InfluencerId.CompareTo(other.InfluencerId);

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
