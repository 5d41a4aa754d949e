using InfluencerAnalytics.Embedded.Configuration;
using static InfluencerAnalytics.Embedded.RocksDb.RocksDbOptionsApi;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>How a column family is used, which decides how it is tuned.</summary>
internal enum ColumnFamilyUse
{
    /// <summary>Few or short-lived rows.</summary>
    Small,

    /// <summary>Billions of rows, written once and read in short ranges.</summary>
    Series,
}

/// <summary>Makes RocksDB's options. One shared block cache holds data, index and filter blocks, so that memory has one bound.</summary>
internal sealed class RocksDbTuning : IDisposable
{
    private const int Lz4 = 4;
    private const int Zstd = 7;
    private const int PointInTimeRecovery = 2;
    private const int SkipDamagedRecords = 3;

    private readonly nint _cache;
    private readonly EmbeddedOptions _options;
    private readonly Dictionary<ColumnFamilyUse, nint> _columnFamilyOptions = [];

    public RocksDbTuning(EmbeddedOptions options, RocksDbLog log)
    {
        _options = options;
        _cache = rocksdb_cache_create_lru((nuint)options.BlockCacheBytes);
        Database = CreateDatabaseOptions(options, log);
        ReadDamagedLogs(false);
    }

    public nint Database { get; }

    public nint For(ColumnFamilyUse use)
    {
        if (!_columnFamilyOptions.TryGetValue(use, out var handle))
            _columnFamilyOptions.Add(use, handle = CreateColumnFamilyOptions(use));
        return handle;
    }

    /// <summary>How a log is read back that is not whole: up to its torn end (the default), or all of it that can be read, over damage and missing files.</summary>
    public void ReadDamagedLogs(bool value)
    {
        // After a power cut the unsynced end of the log may be torn anywhere in its last second; everything before the tear is kept.
        rocksdb_options_set_wal_recovery_mode(Database, value ? SkipDamagedRecords : PointInTimeRecovery);
        // A log that was synced to its end is noted in the manifest with its size: a missing or shorter one is an error, not an empty one.
        rocksdb_options_set_track_and_verify_wals_in_manifest(Database, (byte)(value ? 0 : 1));
    }

    public void Dispose()
    {
        foreach (var handle in _columnFamilyOptions.Values)
            rocksdb_options_destroy(handle);
        _columnFamilyOptions.Clear();
        rocksdb_options_destroy(Database);
        rocksdb_cache_destroy(_cache);
    }

    private static nint CreateDatabaseOptions(EmbeddedOptions options, RocksDbLog log)
    {
        var o = rocksdb_options_create();
        rocksdb_options_set_create_if_missing(o, 1);
        rocksdb_options_set_create_missing_column_families(o, 1);
        rocksdb_options_set_paranoid_checks(o, 1);
        rocksdb_options_set_max_open_files(o, options.MaxOpenFiles);
        rocksdb_options_set_max_background_jobs(o, 2);
        rocksdb_options_set_db_write_buffer_size(o, (nuint)options.WriteBufferBytes);
        rocksdb_options_set_max_total_wal_size(o, (ulong)options.MaxWalBytes);
        // Hands file data to the disk as it is written, rather than in one burst that would delay the log's sync.
        rocksdb_options_set_bytes_per_sync(o, 1024 * 1024);
        rocksdb_options_set_stats_dump_period_sec(o, 0);
        rocksdb_options_set_info_log(o, log.Handle);
        // No file manager: with one, RocksDB tries to recover from a full disk by itself, and a second failure meanwhile waits for the first under
        // the database's lock: every write hangs until there is space. Without one, writes fail at once, and DiskReopening opens it again.
        return o;
    }

    private nint CreateColumnFamilyOptions(ColumnFamilyUse use)
    {
        var o = rocksdb_options_create();
        var series = use == ColumnFamilyUse.Series;
        rocksdb_options_set_write_buffer_size(o, (nuint)(series ? _options.WriteBufferBytes / 2 : _options.WriteBufferBytes / 8));
        rocksdb_options_set_max_write_buffer_number(o, 3);
        rocksdb_options_set_target_file_size_base(o, 64 * 1024 * 1024);
        rocksdb_options_set_max_bytes_for_level_base(o, 256 * 1024 * 1024);
        rocksdb_options_set_level_compaction_dynamic_level_bytes(o, 1);
        rocksdb_options_set_compression(o, series ? Zstd : Lz4);
        if (series)
        {
            rocksdb_options_set_bottommost_compression(o, Zstd);
            rocksdb_options_set_compression_options(o, -14, 1, 0, 0);
            rocksdb_options_set_bottommost_compression_options(o, -14, 3, 0, 0, 1);
        }

        var table = rocksdb_block_based_options_create();
        rocksdb_block_based_options_set_block_cache(table, _cache);
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
        rocksdb_block_based_options_set_format_version(table, 5);
        rocksdb_block_based_options_set_block_size(table, (nuint)(series ? 16 * 1024 : 4 * 1024));
        // Smaller blocks are read faster (each read unpacks some whole ones), larger ones pack tighter: of a random walk, a point takes
        // 6.7 bytes in blocks of 32 KiB, 7.1 in 16, 7.7 in 8.
        if (series)
            rocksdb_block_based_options_set_block_restart_interval(table, 32);
        if (!series)
            rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10));
        rocksdb_options_set_block_based_table_factory(o, table);
        rocksdb_block_based_options_destroy(table);
        return o;
    }
}
