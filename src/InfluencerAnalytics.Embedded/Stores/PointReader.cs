using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Reads data points. Safe for concurrent use, without the store's gate.</summary>
internal sealed class PointReader(RocksDatabase database, PeriodFamilies days)
{
    private readonly ColumnFamily _names = database[ColumnFamilyNames.Names];

    public List<DataPoint> Read(long id, uint start, uint end, int limit)
    {
        var points = new List<DataPoint>();
        if (start > end || limit <= 0)
            return points;
        string? username = null;
        Span<byte> from = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(from, id, start);
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
        Span<byte> key = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(key, id, at);
        var periods = days.All;
        for (var i = periods.Count - 1; i >= 0; i--)
        {
            if (periods[i].Period > days.PeriodOf(at))
                continue;
            if (periods[i].Period < days.PeriodOf(notBefore))
                break;
            using var iterator = TryIterate(periods[i].Family, id, uint.MaxValue);
            if (iterator is null || !iterator.SeekForPrevious(key) || PointCodec.ReadId(iterator.Key) != id)
                continue;
            return PointCodec.ReadSeconds(iterator.Key) < notBefore ? null : PointCodec.Read(iterator.Key, iterator.Value, ReadName(id));
        }

        return null;
    }

    /// <summary>Calls back for each stored point of one influencer in [start, end], ascending.</summary>
    public void Visit<TState>(long id, uint start, uint end, ref TState state, Visitor<TState> visit) where TState : allows ref struct
    {
        Span<byte> from = stackalloc byte[PointCodec.KeyLength];
        PointCodec.WriteKey(from, id, start);
        foreach (var day in days.Between(start, end))
        {
            using var iterator = TryIterate(day.Family, id, end);
            if (iterator is null)
                continue;
            for (var valid = iterator.Seek(from); valid; valid = iterator.Next())
            {
                PointCodec.ReadValue(iterator.Value, out var followers, out var following, out _);
                visit(ref state, PointCodec.ReadSeconds(iterator.Key), followers, following);
            }
        }
    }

    internal delegate void Visitor<TState>(ref TState state, uint slot, long followers, long following) where TState : allows ref struct;

    public string ReadName(long id)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return database.GetString(_names, key) ?? "";
    }

    // A day that retention drops at this very moment has nothing to read any more.
    private RocksIterator? TryIterate(ColumnFamily family, long id, uint end)
    {
        Span<byte> bound = stackalloc byte[PointCodec.KeyLength];
        if (end == uint.MaxValue)
            PointCodec.WriteKey(bound, id + 1, 0);
        else
            PointCodec.WriteKey(bound, id, end + 1);
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
