namespace Mockstagram.Simulator.Ledger;

/// <summary>One good answer that was served, or was about to be when the client went away.</summary>
/// <param name="Pk">The account.</param>
/// <param name="FollowerCount">As it was served.</param>
/// <param name="FollowingCount">As it was served.</param>
/// <param name="ServedAt">Just before the first byte was sent, in epoch milliseconds.</param>
public readonly record struct LedgerEntry(long Pk, int FollowerCount, int FollowingCount, long ServedAt);
