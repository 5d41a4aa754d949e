using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Embedded.Configuration;

/// <summary>The embedded queue and store.</summary>
public sealed record EmbeddedOptions : IValidatedOptions
{
    private const long MiB = 1024 * 1024;

    public static string Section => "Embedded";

    /// <summary>Where everything is kept; made when it is not there. One process at a time owns it. Default "data".</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>For how long data points are kept. Default 7 days, from 1 h; null for ever. They go by whole UTC days.</summary>
    public TimeSpan? RawRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how long hourly roll-ups (and the records of slots) are kept. Default 90 days, at least <see cref="RawRetention"/>; null for ever. They go by whole weeks.</summary>
    public TimeSpan? HourlyRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>For how long daily roll-ups are kept. Default null: for ever. At least <see cref="HourlyRetention"/>. They go by whole years.</summary>
    public TimeSpan? DailyRetention { get; init; }

    /// <summary>The oldest days of data points go early when all data takes more than this many bytes. Default null: no limit; from 100 MiB.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How often the log is forced to the disk: what a power cut can cost at most. A process that dies costs nothing. Default 1 s, 10 ms to 1 min.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Forces the log to the disk on every write, so that a power cut costs nothing either. Much slower. Default false.</summary>
    public bool SyncEveryWrite { get; init; }

    /// <summary>
    /// Opens a directory whose log is damaged, without what cannot be read; what is damaged is copied aside first. For one start only
    /// (<c>up --accept-loss</c>): left on, it would accept the next loss unasked, and a warning at each start says so. Default false.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// Drops readings, misses, roll-ups and slots that lie in the future, which a clock that was ahead has left, and has each influencer's latest reading be the
    /// last one that is left. For one start only (<c>up --drop-future</c>), with a clock that is right. Default false.
    /// </summary>
    public bool DropFuture { get; init; }

    /// <summary>
    /// Intake stops when the disk has fewer free bytes, in two steps: messages are refused below it, data points below half of it, so that
    /// what is queued is still stored. Default 1 GiB: the log (256 MiB), the write buffers on their way to the disk (128 MiB) and the largest
    /// ordinary compaction (about 500 MiB) must fit after the stop. 0 switches it off.
    /// </summary>
    public long MinFreeBytes { get; init; } = 1024 * MiB;

    /// <summary>Memory for blocks read from files, their indexes and filters included. Default 64 MiB, 8 MiB to 64 GiB.</summary>
    public long BlockCacheBytes { get; init; } = 64 * MiB;

    /// <summary>Memory for rows not yet in files, over all column families. Default 128 MiB, 16 MiB to 16 GiB.</summary>
    public long WriteBufferBytes { get; init; } = 128 * MiB;

    /// <summary>The log is kept under this many bytes by writing out what it holds; it is read back when the process has died. Default 256 MiB, 32 MiB to 16 GiB.</summary>
    public long MaxWalBytes { get; init; } = 256 * MiB;

    /// <summary>Data files held open at a time. Default 512, 64 to 100,000.</summary>
    public int MaxOpenFiles { get; init; } = 512;

    /// <summary>How often the latest points are written out; what came since is read back at the next start. Default 1 min, 1 s to 1 h.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after its end an hour is rolled up: points come late by an interval or two. Later ones are put right one by one. Default 3 min, 0 to 1 h.</summary>
    public TimeSpan RollupDelay { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The most dead letters of a queue; the oldest go for newer ones, counted and shown. Default 100,000, 1 to 10,000,000.</summary>
    public int MaxDeadLetters { get; init; } = 100_000;

    /// <summary>The most bytes that the dead letters of a queue take; the oldest go for newer ones. Default 256 MiB (1,000 of the largest), 1 MiB to 64 GiB.</summary>
    public long MaxDeadLetterBytes { get; init; } = 256 * MiB;

    /// <summary>
    /// In how many different slots, without a reading between them, the provider has to say "not found" of an influencer until it is gone.
    /// Default 3, 1 to 100.
    /// </summary>
    public int GoneAfter { get; init; } = 3;

    /// <summary>
    /// The most influencers that have readings though they never were on the roster: readings of more are refused and counted. Default 100,000
    /// (8 MB of memory), 0 to 100,000,000.
    /// </summary>
    public int MaxForeignInfluencers { get; init; } = 100_000;

    public void Validate(OptionsErrors errors)
    {
        if (string.IsNullOrWhiteSpace(DataDirectory))
            errors.Add(nameof(DataDirectory), "is empty; name a directory.");
        if (RawRetention is { } raw)
            errors.Range(nameof(RawRetention), raw, TimeSpan.FromHours(1), TimeSpan.FromDays(36500));
        if (HourlyRetention is { } hourly && !(RawRetention <= hourly))
            errors.Add(nameof(HourlyRetention), $"is shorter than {nameof(RawRetention)}; roll-ups outlive the points that they are made of.");
        if (DailyRetention is { } daily && !(HourlyRetention <= daily))
            errors.Add(nameof(DailyRetention), $"is shorter than {nameof(HourlyRetention)}; days are made of hours.");
        if (MaxBytes is { } maxBytes)
            errors.Range(nameof(MaxBytes), maxBytes, 100 * MiB, long.MaxValue);
        errors.Range(nameof(SyncInterval), SyncInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        errors.Range(nameof(MinFreeBytes), MinFreeBytes, 0, long.MaxValue);
        errors.Range(nameof(BlockCacheBytes), BlockCacheBytes, 8 * MiB, 65536 * MiB);
        errors.Range(nameof(WriteBufferBytes), WriteBufferBytes, 16 * MiB, 16384 * MiB);
        errors.Range(nameof(MaxWalBytes), MaxWalBytes, 32 * MiB, 16384 * MiB);
        errors.Range(nameof(MaxOpenFiles), MaxOpenFiles, 64, 100_000);
        errors.Range(nameof(CheckpointInterval), CheckpointInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        errors.Range(nameof(MaxDeadLetters), MaxDeadLetters, 1, 10_000_000);
        errors.Range(nameof(MaxDeadLetterBytes), MaxDeadLetterBytes, MiB, 65536 * MiB);
        errors.Range(nameof(GoneAfter), GoneAfter, 1, 100);
        errors.Range(nameof(MaxForeignInfluencers), MaxForeignInfluencers, 0, 100_000_000);
        errors.Range(nameof(RollupDelay), RollupDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
    }
}
