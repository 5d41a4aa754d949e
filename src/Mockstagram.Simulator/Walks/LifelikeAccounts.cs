namespace Mockstagram.Simulator.Walks;

/// <summary>Serves the lifelike walk at the present moment. Two calls within one moment get the same numbers.</summary>
internal sealed class LifelikeAccounts(long seed, TimeProvider timeProvider) : IAccountWalk
{
    public AccountNumbers Next(long pk) => Current(pk);

    public AccountNumbers Current(long pk) =>
        new LifelikeWalk(seed, pk).At(timeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>What happened to an account within a time up to now.</summary>
    public IReadOnlyList<WalkEvent> EventsWithin(long pk, TimeSpan time)
    {
        var now = timeProvider.GetUtcNow();
        return new LifelikeWalk(seed, pk).EventsBetween((now - time).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
    }
}
