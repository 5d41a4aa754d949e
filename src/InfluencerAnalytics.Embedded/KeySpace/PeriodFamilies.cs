using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.KeySpace;

/// <summary>
/// The column families of one kind of data, one per period of a fixed length. Safe for concurrent use: readers see an
/// immutable, ascending list.
/// </summary>
internal sealed class PeriodFamilies
{
    private readonly RocksDatabase _database;
    private readonly string _prefix;
    private readonly Lock _gate = new();
    private volatile Entry[] _entries;

    public PeriodFamilies(RocksDatabase database, string prefix, uint periodSeconds)
    {
        _database = database;
        _prefix = prefix;
        PeriodSeconds = periodSeconds;
        var entries = new List<Entry>();
        foreach (var family in database.ColumnFamilies)
        {
            if (ColumnFamilyNames.TryParse(family.Name, prefix, out var period))
                entries.Add(new Entry(period, family));
        }

        entries.Sort(static (a, b) => a.Period.CompareTo(b.Period));
        _entries = [.. entries];
    }

    /// <param name="Period">Its start divided by the length of a period.</param>
    internal readonly record struct Entry(int Period, ColumnFamily Family);

    public uint PeriodSeconds { get; }

    public IReadOnlyList<Entry> All => _entries;

    public ColumnFamily? Find(uint seconds)
    {
        var period = PeriodOf(seconds);
        foreach (var entry in _entries)
        {
            if (entry.Period == period)
                return entry.Family;
        }

        return null;
    }

    public ColumnFamily GetOrCreate(uint seconds)
    {
        if (Find(seconds) is { } family)
            return family;
        lock (_gate)
        {
            if (Find(seconds) is { } created)
                return created;
            var period = PeriodOf(seconds);
            family = _database.CreateColumnFamily(ColumnFamilyNames.Of(_prefix, period), ColumnFamilyUse.Series);
            var entries = new List<Entry>(_entries) { new(period, family) };
            entries.Sort(static (a, b) => a.Period.CompareTo(b.Period));
            _entries = [.. entries];
            return family;
        }
    }

    public void Drop(Entry entry)
    {
        lock (_gate)
        {
            // Nobody is to begin reading it meanwhile.
            var before = _entries;
            _entries = [.. before.Where(other => other.Period != entry.Period)];
            try
            {
                _database.DropColumnFamily(entry.Family);
            }
            catch
            {
                _entries = before;
                throw;
            }
        }
    }

    /// <summary>Those that hold something in [start, end], ascending.</summary>
    public IEnumerable<Entry> Between(uint startSeconds, uint endSeconds)
    {
        foreach (var entry in _entries)
        {
            if (entry.Period >= PeriodOf(startSeconds) && entry.Period <= PeriodOf(endSeconds))
                yield return entry;
        }
    }

    public int PeriodOf(uint seconds) => (int)(seconds / PeriodSeconds);

    public long StartOf(int period) => period * (long)PeriodSeconds;
}
