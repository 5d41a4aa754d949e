using System.Runtime.InteropServices;

namespace InfluencerAnalytics.ContractTests.Embedded.RocksDb;

/// <summary>What RocksDB counts of the reads of this thread: work that is the same on every machine, where a time is not. Used on one thread, without an await between.</summary>
internal sealed partial class RocksCounters : IDisposable
{
    private const string Library = "rocksdb";

    // rocksdb/c.h and rocksdb/perf_level.h.
    private const int Disable = 1;
    private const int EnableCount = 2;
    private const int InternalKeySkippedCount = 10;
    private const int InternalDeleteSkippedCount = 11;

    private readonly nint _context;

    public RocksCounters()
    {
        rocksdb_set_perf_level(EnableCount);
        _context = rocksdb_perfcontext_create();
        rocksdb_perfcontext_reset(_context);
    }

    /// <summary>Keys that iterators passed since the last call without giving them: deleted, or overwritten.</summary>
    public long TakeSkipped()
    {
        var skipped = (long)(rocksdb_perfcontext_metric(_context, InternalKeySkippedCount) + rocksdb_perfcontext_metric(_context, InternalDeleteSkippedCount));
        rocksdb_perfcontext_reset(_context);
        return skipped;
    }

    public void Dispose()
    {
        rocksdb_perfcontext_destroy(_context);
        rocksdb_set_perf_level(Disable);
    }

    [LibraryImport(Library)]
    private static partial void rocksdb_set_perf_level(int level);

    [LibraryImport(Library)]
    private static partial nint rocksdb_perfcontext_create();

    [LibraryImport(Library)]
    private static partial void rocksdb_perfcontext_reset(nint context);

    [LibraryImport(Library)]
    private static partial ulong rocksdb_perfcontext_metric(nint context, int metric);

    [LibraryImport(Library)]
    private static partial void rocksdb_perfcontext_destroy(nint context);
}
