using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Embedded.Configuration;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfluencerAnalytics.ContractTests.Embedded;

/// <summary>An embedded database in a directory of its own, under fake time. Both go when it is disposed.</summary>
internal sealed class TestDatabase : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _root = System.IO.Directory.CreateTempSubdirectory("influencer-analytics-");
    private readonly Func<EmbeddedOptions, EmbeddedOptions> _configure;
    private readonly ILoggerFactory _logs;

    public TestDatabase(Func<EmbeddedOptions, EmbeddedOptions>? configure = null, ILoggerFactory? logs = null)
    {
        _configure = configure ?? (static options => options);
        _logs = logs ?? NullLoggerFactory.Instance;
        Directory = Path.Combine(Root, "data");
        Database = Open(Directory);
    }

    public SteppableTime Time { get; } = new(Start);

    public string Root => _root.FullName;

    /// <summary>Where the open database is.</summary>
    public string Directory { get; private set; }

    public EmbeddedDatabase Database { get; private set; }

    /// <summary>What the disk is said to have left.</summary>
    public long? FreeBytes { get; set; } = long.MaxValue;

    public EmbeddedDatabase Open(string directory, bool acceptLoss = false, ILoggerFactory? logs = null) => EmbeddedDatabase.Open(
        _configure(new EmbeddedOptions { DataDirectory = directory, WriteBufferBytes = 16 << 20, BlockCacheBytes = 8 << 20, AcceptLoss = acceptLoss }),
        Time, logs ?? _logs, _ => FreeBytes);

    /// <summary>Closes cleanly and opens again.</summary>
    public EmbeddedDatabase Reopen()
    {
        Database.Dispose();
        return Database = Open(Directory);
    }

    /// <summary>Closes, and opens a copy in its place.</summary>
    public EmbeddedDatabase Restore(string copy)
    {
        Database.Dispose();
        return Database = Open(Directory = copy);
    }

    /// <summary>Opens what a process that died at this moment would have left: a copy of the files as they are, nothing closed.</summary>
    public EmbeddedDatabase OpenAfterCrash(string name = "crashed")
    {
        var copy = Path.Combine(Root, name);
        CopyTo(copy);
        Database.Dispose();
        return Database = Open(Directory = copy);
    }

    /// <summary>Copies the files as they are. RocksDB may be tidying up meanwhile: a copy during which files came or went is made again.</summary>
    public void CopyTo(string target) => Copy(Directory, target);

    public static void Copy(string source, string target)
    {
        while (!TryCopy(source, target))
            System.IO.Directory.Delete(target, recursive: true);
    }

    private static bool TryCopy(string source, string target)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(target, "db"));
        foreach (var directory in System.IO.Directory.GetDirectories(source, "*", SearchOption.AllDirectories))
            System.IO.Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, directory)));
        var before = System.IO.Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        try
        {
            foreach (var file in before)
            {
                // The lock is the process's, not the data's.
                if (Path.GetFileName(file) != "LOCK")
                    File.Copy(file, Path.Combine(target, Path.GetRelativePath(source, file)));
            }
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        return before.Order().SequenceEqual(System.IO.Directory.GetFiles(source, "*", SearchOption.AllDirectories).Order());
    }

    public void Dispose()
    {
        Database.Dispose();
        _root.Delete(recursive: true);
    }
}
