namespace Mockstagram.Simulator.Walks;

/// <summary>Something that happens to an account of the lifelike walk.</summary>
/// <param name="Kind">What.</param>
/// <param name="Start">When it begins, in epoch milliseconds.</param>
/// <param name="Share">What it adds at its height, as a share of the followers that the account has by its growth alone.</param>
/// <param name="Rise">How long followers come in: of a spike the time constant (after it 63% are there), of bought ones all of it.</param>
/// <param name="Life">After how long nothing is left of it.</param>
public readonly record struct WalkEvent(WalkEventKind Kind, long Start, double Share, TimeSpan Rise, TimeSpan Life);
