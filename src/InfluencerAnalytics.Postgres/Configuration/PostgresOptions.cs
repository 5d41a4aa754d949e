using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Postgres.Configuration;

/// <summary>The store in PostgreSQL, with TimescaleDB where the database has it.</summary>
public sealed record PostgresOptions : IValidatedOptions
{
    private const long MiB = 1024 * 1024;

    public static string Section => "Postgres";

    /// <summary>
    /// How a role connects, in Npgsql's words: "Host=db;Database=influencers;Username=ia_ingest;Password=…;SSL Mode=VerifyFull". It may lead through PgBouncer in
    /// transaction mode. Never shown or logged with its password.
    /// </summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>How <c>db migrate</c> connects: as the owner of the schema, directly. Default null: as <see cref="ConnectionString"/>.</summary>
    public string? OwnerConnectionString { get; init; }

    /// <summary>How long a command may take until the store counts as away. Default 30 s, 1 s to 10 min.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long data points are kept. Default 7 days, from 2 h; null for ever. They go by whole hours.</summary>
    public TimeSpan? RawRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how long hourly roll-ups (and the records of slots) are kept. Default 90 days, at least <see cref="RawRetention"/>; null for ever. They go by whole days.</summary>
    public TimeSpan? HourlyRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>For how long daily roll-ups are kept. Default null: for ever. At least <see cref="HourlyRetention"/>. They go by 30 days.</summary>
    public TimeSpan? DailyRetention { get; init; }

    /// <summary>
    /// On TimescaleDB, how old an hour of data points is when it is compressed: late ones have come by then, and one that comes later still is taken. Default 3 h, 1 h to 30 days;
    /// less than <see cref="RawRetention"/>. Without TimescaleDB nothing is compressed.
    /// </summary>
    public TimeSpan CompressAfter { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How long after its end an hour is rolled up: points come late by an interval or two. Later ones are put right one by one. Default 3 min, 0 to 1 h.</summary>
    public TimeSpan RollupDelay { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For how long the list of changes is kept, by which API processes follow; one that was away for longer loads everything again. Default 15 min, 1 min to 1 day.</summary>
    public TimeSpan ChangesKept { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The most dead letters of a queue; the oldest go for newer ones, counted and shown. Default 100,000, 1 to 10,000,000.</summary>
    public int MaxDeadLetters { get; init; } = 100_000;

    /// <summary>The most bytes that the dead letters of a queue take; the oldest go for newer ones. Default 256 MiB (1,000 of the largest), 1 MiB to 64 GiB.</summary>
    public long MaxDeadLetterBytes { get; init; } = 256 * MiB;

    /// <summary>In how many different slots, without a reading between them, the provider has to say "not found" of an influencer until it is gone. Default 3, 1 to 100.</summary>
    public int GoneAfter { get; init; } = 3;

    /// <summary>The most influencers that have readings though they never were on the roster: readings of more are refused and counted. Default 100,000, 0 to 100,000,000.</summary>
    public int MaxForeignInfluencers { get; init; } = 100_000;

    public void Validate(OptionsErrors errors)
    {
        if (RawRetention is { } raw)
            errors.Range(nameof(RawRetention), raw, TimeSpan.FromHours(2), TimeSpan.FromDays(36500));
        if (HourlyRetention is { } hourly && !(RawRetention <= hourly))
            errors.Add(nameof(HourlyRetention), $"is shorter than {nameof(RawRetention)}; roll-ups outlive the points that they are made of.");
        if (DailyRetention is { } daily && !(HourlyRetention <= daily))
            errors.Add(nameof(DailyRetention), $"is shorter than {nameof(HourlyRetention)}; days are made of hours.");
        if (RawRetention <= CompressAfter)
            errors.Add(nameof(CompressAfter), $"is not shorter than {nameof(RawRetention)}; points would be dropped before they are compressed.");
        errors.Range(nameof(CommandTimeout), CommandTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        errors.Range(nameof(CompressAfter), CompressAfter, TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        errors.Range(nameof(RollupDelay), RollupDelay, TimeSpan.Zero, TimeSpan.FromHours(1));
        errors.Range(nameof(ChangesKept), ChangesKept, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        errors.Range(nameof(MaxDeadLetters), MaxDeadLetters, 1, 10_000_000);
        errors.Range(nameof(MaxDeadLetterBytes), MaxDeadLetterBytes, MiB, 65536 * MiB);
        errors.Range(nameof(GoneAfter), GoneAfter, 1, 100);
        errors.Range(nameof(MaxForeignInfluencers), MaxForeignInfluencers, 0, 100_000_000);
        ConnectionStrings.Check(ConnectionString, nameof(ConnectionString), errors);
        ConnectionStrings.Check(OwnerConnectionString, nameof(OwnerConnectionString), errors);
    }
}
