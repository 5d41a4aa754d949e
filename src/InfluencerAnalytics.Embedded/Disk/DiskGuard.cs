using System.Globalization;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Embedded.Disk;

/// <summary>
/// Stops intake while the disk is nearly full, before RocksDB would fail in the middle of something. Re-arming, deleting and
/// moving to the dead letters go on: they are small, and what is deleted makes room. Safe for concurrent use.
/// </summary>
internal sealed class DiskGuard(string path, long minFreeBytes, Func<string, long?> probe)
{
    private volatile string? _refuseSend;
    private volatile string? _refuseAppend;
    private volatile string? _backgroundError;

    public string Path => path;

    /// <summary>Why messages are not taken, or null.</summary>
    public string? RefuseSend => _refuseSend;

    /// <summary>Why data points are not taken, or null.</summary>
    public string? RefuseAppend => _refuseAppend;

    /// <summary>Why RocksDB stopped its background work, or null.</summary>
    public string? BackgroundError
    {
        get => _backgroundError;
        set => _backgroundError = value;
    }

    public long? FreeBytes { get; private set; }

    /// <summary>Messages that were set aside since their body cannot be read. Safe for concurrent use.</summary>
    public DamagedMessages DamagedMessages { get; } = new();

    /// <summary>Damage that reads have met. Safe for concurrent use.</summary>
    public DamagedFiles DamagedFiles { get; } = new(path);

    /// <summary>What the database's files take, without backups: those are links to files that may be counted already. Null when it cannot be read.</summary>
    public long? UsedBytes()
    {
        try
        {
            return new DirectoryInfo(DirectoryLayout.DatabasePath(path)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => SizeOf(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Looks at the disk. True when the answer to whether messages are taken changed.</summary>
    public bool Check()
    {
        FreeBytes = probe(path);
        var before = _refuseSend is not null;
        _refuseSend = FreeBytes < minFreeBytes ? Refusal(FreeBytes.Value) : null;
        _refuseAppend = FreeBytes < minFreeBytes / 2 ? Refusal(FreeBytes.Value) : null;
        return before != _refuseSend is not null;
    }

    /// <summary>What a failure means and what to do.</summary>
    public string Explain(Exception exception) => exception switch
    {
        ObjectDisposedException or RocksDbException { IsCorruption: false } when BackgroundError is { } error => error,
        ObjectDisposedException => $"The data directory {path} is closed: the process is stopping.",
        RocksDbException { IsNoSpace: true } =>
            $"The disk of {path} is full. Free some space: the data is then opened again by itself, and nothing acknowledged is lost.",
        RocksDbException { IsCorruption: true } or InvalidDataException =>
            $"A file in {path} is damaged: {exception.Message}. Stop, keep a copy of the directory, and restore the last backup.",
        _ => $"The data directory {path} cannot be used: {exception.Message}",
    };

    /// <summary>Whether it is the database that a call of the store failed by, and not this program.</summary>
    public static bool IsBroken(Exception exception) => exception is RocksDbException or ObjectDisposedException or InvalidDataException;

    /// <summary>What a call of the store throws that failed by the database. Damage is remembered.</summary>
    public StoreUnavailableException Unavailable(Exception exception)
    {
        DamagedFiles.Note(exception);
        return new StoreUnavailableException(Explain(exception), exception);
    }

    public static long? FreeBytesOf(string path)
    {
        try
        {
            return new DriveInfo(System.IO.Path.GetFullPath(path)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    // RocksDB removes files while they are counted.
    private static long SizeOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private string Refusal(long free) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"The disk of {path} has {free / 1048576} MiB free, less than Embedded:MinFreeBytes ({minFreeBytes / 1048576} MiB) allows. Intake goes on by itself once there is space.");
}
