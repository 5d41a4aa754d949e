namespace Mockstagram.Simulator.Walks;

/// <summary>Serves the lifelike walk at the present moment. Two calls within one moment get the same numbers.</summary>
internal sealed class LifelikeAccounts(long seed, TimeProvider timeProvider) : IAccountWalk
{
    public AccountNumbers Next(long pk) => Current(pk);

    public AccountNumbers Current(long pk) =>
        new LifelikeWalk(seed, pk).At(timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
}
