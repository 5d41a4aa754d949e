using System.Runtime.InteropServices;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>The part of RocksDB's C API that sets options.</summary>
internal static unsafe partial class RocksDbOptionsApi
{
    private const string Library = "rocksdb";

    [LibraryImport(Library)] internal static partial nint rocksdb_options_create();

    [LibraryImport(Library)] internal static partial void rocksdb_options_destroy(nint options);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_create_if_missing(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_create_missing_column_families(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_paranoid_checks(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_open_files(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_background_jobs(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_db_write_buffer_size(nint options, nuint value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_total_wal_size(nint options, ulong value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_wal_recovery_mode(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_track_and_verify_wals_in_manifest(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_bytes_per_sync(nint options, ulong value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_keep_log_file_num(nint options, nuint value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_log_file_size(nint options, nuint value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_stats_dump_period_sec(nint options, uint value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_info_log(nint options, nint logger);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_write_buffer_size(nint options, nuint value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_write_buffer_number(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_target_file_size_base(nint options, ulong value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_max_bytes_for_level_base(nint options, ulong value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_level_compaction_dynamic_level_bytes(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_compression(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_bottommost_compression(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_compression_options(nint options, int windowBits, int level, int strategy, int maxDictionaryBytes);

    [LibraryImport(Library)]
    internal static partial void rocksdb_options_set_bottommost_compression_options(nint options, int windowBits, int level, int strategy, int maxDictionaryBytes, byte enabled);

    [LibraryImport(Library)] internal static partial void rocksdb_options_set_block_based_table_factory(nint options, nint tableOptions);

    [LibraryImport(Library)] internal static partial nint rocksdb_block_based_options_create();

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_destroy(nint options);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_block_size(nint options, nuint value);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_block_restart_interval(nint options, int value);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_block_cache(nint options, nint cache);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_cache_index_and_filter_blocks(nint options, byte value);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_filter_policy(nint options, nint policy);

    [LibraryImport(Library)] internal static partial void rocksdb_block_based_options_set_format_version(nint options, int value);

    [LibraryImport(Library)] internal static partial nint rocksdb_filterpolicy_create_bloom_full(double bitsPerKey);

    [LibraryImport(Library)] internal static partial nint rocksdb_cache_create_lru(nuint capacity);

    [LibraryImport(Library)] internal static partial void rocksdb_cache_destroy(nint cache);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_logger_create_callback_logger(int level, delegate* unmanaged[Cdecl]<nint, uint, byte*, nuint, void> callback, nint state);

    [LibraryImport(Library)] internal static partial void rocksdb_logger_destroy(nint logger);
}
