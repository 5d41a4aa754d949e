using System.Net;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Answering;

/// <summary>Every setting of the simulator.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The provider's ids are whole numbers that JSON readers keep exact: up to 2^53-1.</summary>
    private const long GreatestId = (1L << 53) - 1;

    /// <summary>An account costs 12 bytes: 1.2 GB at this many.</summary>
    private const int MostAccounts = 100_000_000;

    /// <summary>An entry costs 24 bytes: 4.8 GB at this many.</summary>
    private const int MostLedgerEntries = 200_000_000;

    /// <summary>The address to listen on: an IP address, or <c>localhost</c>. Default 127.0.0.1; 0.0.0.0 for every network.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port. Default 3000; 0 to 65535, where 0 takes any free one.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>The least id that is known. Default 1000000; 1 to 2^53-1.</summary>
    public long FirstId { get; init; } = 1_000_000;

    /// <summary>How many ids are known, from <see cref="FirstId"/> on. Default 1000000; 1 to 100 million.</summary>
    public int Count { get; init; } = 1_000_000;

    /// <summary>The same seed gives the same numbers. Default 1; any whole number.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How counts change. Default as Mockstagram does.</summary>
    public WalkKind Walk { get; init; }

    /// <summary>How long each answer is held back. Default not at all; up to 1 h.</summary>
    public Latency Latency { get; init; } = Latency.None;

    /// <summary>
    /// How long the check for bought followers takes. Default log-normal with a median of 1 s and a spread of 0.7, so that
    /// one in a hundred takes over 5 s and none over 10 s; up to 1 h.
    /// </summary>
    public Latency SuspicionDelay { get; init; } = Latency.LogNormal(TimeSpan.FromSeconds(1), 0.7);

    /// <summary>How often each fault happens at start. Default never; 0 to 1 each and all together.</summary>
    public FaultRates Faults { get; init; } = FaultRates.None;

    /// <summary>Faults that stick to accounts: the share of all ids, chosen by a hash of the id, with which each always happens. Default none.</summary>
    public FaultRates Sticky { get; init; } = FaultRates.None;

    /// <summary>Good answers allowed a second; more are answered 429. Default no limit.</summary>
    public RateLimit Limit { get; init; } = RateLimit.None;

    /// <summary>How it slows down as more is in flight. Default not at all.</summary>
    public Capacity Capacity { get; init; } = Capacity.None;

    /// <summary>What a 429 asks for. Default 1 s; whole seconds from 0 to 1 h.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer that drips takes in all. Default 20 s; 0 to 1 h.</summary>
    public TimeSpan DripDuration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many good answers the ledger keeps; the oldest go first. Default 0, which is no ledger; up to 200 million.</summary>
    public int LedgerCapacity { get; init; }

    /// <summary>The part that can be changed while it runs.</summary>
    internal Pace Pace => new(Limit, Capacity, Latency);

    /// <summary>Everything that is wrong, each in words that name the option; nothing when the options can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(ResolveHost() is not null, $"--host: '{Host}' is neither an IP address nor localhost.");
        Check(Port is >= 0 and <= 65535, $"--port: {Port} is not between 0 and 65535.");
        Check(FirstId is >= 1 and <= GreatestId, $"--first-id: {FirstId} is not between 1 and {GreatestId}.");
        Check(Count is >= 1 and <= MostAccounts, $"--count: {Count} is not between 1 and {MostAccounts}.");
        Check(FirstId < 1 || Count < 1 || FirstId > GreatestId || FirstId + Count - 1 <= GreatestId, $"--count: the last id would be over {GreatestId}.");
        Check(Enum.IsDefined(Walk), $"--walk: {Walk} is not known.");
        errors.AddRange(Pace.Validate());
        Check(SuspicionDelay.Validate() is null, $"--suspicion-delay: {SuspicionDelay.Validate()}");
        errors.AddRange(Faults.Validate().Select(error => $"--fault: {error}"));
        errors.AddRange(Sticky.Validate().Select(error => $"--sticky: {error}"));
        Check(RetryAfter >= TimeSpan.Zero && RetryAfter <= TimeSpan.FromHours(1) && RetryAfter.Ticks % TimeSpan.TicksPerSecond == 0, "--retry-after: must be whole seconds from 0 to 1 h.");
        Check(DripDuration >= TimeSpan.Zero && DripDuration <= TimeSpan.FromHours(1), "--drip-duration: must be from 0 to 1 h.");
        Check(LedgerCapacity is >= 0 and <= MostLedgerEntries, $"--ledger: {LedgerCapacity} is not between 0 and {MostLedgerEntries}.");
        return errors;

        void Check(bool holds, string error)
        {
            if (!holds)
                errors.Add(error);
        }
    }

    /// <summary>The address to bind; null when <see cref="Host"/> names none.</summary>
    internal IPAddress? ResolveHost() =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(Host, out var address) ? address
        : null;
}
