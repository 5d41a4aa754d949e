namespace Mockstagram.Simulator;

/// <summary>What the simulator has done since it started.</summary>
/// <param name="Requests">Requests for accounts and suspicion checks, whatever came of them.</param>
/// <param name="Readings">Good answers about an account.</param>
/// <param name="SuspicionChecks">Good answers to a suspicion check.</param>
/// <param name="Unknown">Requests for accounts that do not exist.</param>
/// <param name="Faults">Spoilt answers, by the fault's name. A slow drip counts here and as a reading.</param>
/// <param name="LedgerEntries">Entries that the ledger holds now.</param>
/// <param name="LedgerDropped">Entries that had to go for newer ones.</param>
public sealed record SimulatorStats(
    long Requests,
    long Readings,
    long SuspicionChecks,
    long Unknown,
    IReadOnlyDictionary<string, long> Faults,
    long LedgerEntries,
    long LedgerDropped);
