using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>
/// Goes over the rows of one column family in the order of its keys, of a range of influencers and of seconds; what lies between two such ranges is jumped over.
/// Not safe for concurrent use.
/// </summary>
internal sealed class SeriesScan : IDisposable
{
    private readonly RocksIterator? _rows;
    private readonly uint _start;
    private readonly uint _end;
    private readonly int _maxSteps;
    private int _steps;

    /// <param name="from">Where to begin: an influencer and a second of it.</param>
    /// <param name="lastId">The last influencer.</param>
    /// <param name="maxSteps">After so many rows passed, a jump counted as ten, it stops.</param>
    public SeriesScan(RocksDatabase database, ColumnFamily family, (long Id, uint Second) from, long lastId, uint start, uint end, int maxSteps = int.MaxValue)
    {
        (_start, _end, _maxSteps) = (start, end, maxSteps);
        Span<byte> bound = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(bound, lastId + 1, 0);
        try
        {
            _rows = database.Iterate(family, bound, fillCache: false);
        }
        catch (ObjectDisposedException) when (!database.IsClosed)
        {
            // What retention drops at this very moment has nothing to read any more.
            return;
        }

        IsValid = Settle(Seek(from.Id, Math.Max(from.Second, start)));
    }

    /// <summary>Whether it stands on a row.</summary>
    public bool IsValid { get; private set; }

    /// <summary>Whether it stopped since it had done enough, at a row that is still to be given, or to be passed.</summary>
    public bool IsCut { get; private set; }

    public long Id => SeriesKey.ReadId(_rows!.Key);

    public uint Second => SeriesKey.ReadSeconds(_rows!.Key);

    public ReadOnlySpan<byte> Key => _rows!.Key;

    public ReadOnlySpan<byte> Value => _rows!.Value;

    public void Next()
    {
        _steps++;
        IsValid = Settle(_rows!.Next());
    }

    public void Dispose() => _rows?.Dispose();

    private bool Settle(bool valid)
    {
        while (valid)
        {
            if (_steps >= _maxSteps)
            {
                IsCut = true;
                return false;
            }

            var second = Second;
            if (second < _start)
                valid = Seek(Id, _start);
            else if (second > _end)
                valid = Seek(Id + 1, _start);
            else
                return true;
        }

        return false;
    }

    private bool Seek(long id, uint second)
    {
        _steps += 10;
        Span<byte> key = stackalloc byte[SeriesKey.Length];
        SeriesKey.Write(key, id, second);
        return _rows!.Seek(key);
    }
}
