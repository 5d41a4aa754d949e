namespace Mockstagram.Simulator.Answering;

/// <summary>What the simulator has done since it started.</summary>
/// <param name="Requests">Requests for accounts and suspicion checks, whatever came of them.</param>
/// <param name="Readings">Good answers about an account.</param>
/// <param name="SuspicionChecks">Good answers to a suspicion check.</param>
/// <param name="Unknown">Requests for accounts that do not exist.</param>
/// <param name="Faults">Spoilt answers, by the fault's name. A slow drip counts here and as a reading.</param>
/// <param name="Refused">Requests beyond the limit, answered 429.</param>
/// <param name="Abandoned">Requests whose client went away while they waited, so that no good answer was given.</param>
/// <param name="Willing">
/// Good answers that the provider was willing to give: those that it gave, and second by second those refused ones that the
/// limit would have had room for had they come more evenly. It says nothing of what nobody asked for.
/// </param>
/// <param name="Working">Requests that the capacity is working on now.</param>
/// <param name="LedgerEntries">Entries that the ledger holds now.</param>
/// <param name="LedgerDropped">Entries that had to go for newer ones.</param>
public sealed record SimulatorStats(
    long Requests,
    long Readings,
    long SuspicionChecks,
    long Unknown,
    IReadOnlyDictionary<string, long> Faults,
    long Refused,
    long Abandoned,
    long Willing,
    int Working,
    long LedgerEntries,
    long LedgerDropped);
