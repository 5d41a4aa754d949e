using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Points;

/// <summary>Reads data points. Safe for concurrent use, without the store's gate.</summary>
internal sealed class PointReader(RocksDatabase database, PeriodFamilies days, NameTable names)
{
    public List<DataPoint> Read(long id, uint start, uint end, int limit)
    {
        var points = new List<DataPoint>();
        if (start > end || limit <= 0)
            return points;
        string? username = null;
        Span<byte> from = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(from, id, start);
        foreach (var day in days.Between(start, end))
        {
            using var iterator = TryIterate(day.Family, id, end);
            if (iterator is null)
                continue;
            for (var valid = iterator.Seek(from); valid && points.Count < limit; valid = iterator.Next())
                points.Add(PointCodec.Read(iterator.Key, iterator.Value, username ??= ReadName(id)));
        }

        return points;
    }

    public DataPoint? ReadAtOrBefore(long id, uint at, uint notBefore)
    {
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, at);
        var periods = days.All;
        for (var i = periods.Count - 1; i >= 0; i--)
        {
            if (periods[i].Period > days.PeriodOf(at))
                continue;
            if (periods[i].Period < days.PeriodOf(notBefore))
                break;
            using var iterator = TryIterate(periods[i].Family, id, uint.MaxValue);
            if (iterator is null || !iterator.SeekForPrevious(key) || SeriesKey.ReadId(iterator.Key) != id)
                continue;
            return SeriesKey.ReadSeconds(iterator.Key) < notBefore ? null : PointCodec.Read(iterator.Key, iterator.Value, ReadName(id));
        }

        return null;
    }

    /// <summary>Calls back for each stored point of one influencer in [start, end], ascending.</summary>
    public void Visit<TState>(long id, uint start, uint end, ref TState state, Visitor<TState> visit) where TState : allows ref struct
    {
        Span<byte> from = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(from, id, start);
        foreach (var day in days.Between(start, end))
        {
            using var iterator = TryIterate(day.Family, id, end);
            if (iterator is null)
                continue;
            for (var valid = iterator.Seek(from); valid; valid = iterator.Next())
            {
                PointCodec.ReadValue(iterator.Value, out var followers, out var following, out _);
                visit(ref state, SeriesKey.ReadSeconds(iterator.Key), followers, following);
            }
        }
    }

    internal delegate void Visitor<TState>(ref TState state, uint slot, long followers, long following) where TState : allows ref struct;

    private string ReadName(long id) => names.Find(id) ?? "";

    // A day that retention drops at this very moment has nothing to read any more.
    private RocksIterator? TryIterate(ColumnFamily family, long id, uint end)
    {
        Span<byte> bound = stackalloc byte[SeriesKey.Length];
        if (end == uint.MaxValue)
            SeriesKey.Write(bound, id + 1, 0);
        else
            SeriesKey.Write(bound, id, end + 1);
        try
        {
            return database.Iterate(family, bound);
        }
        catch (ObjectDisposedException) when (family.IsDropped)
        {
            return null;
        }
    }
}
