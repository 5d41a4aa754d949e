namespace Mockstagram.Simulator.Walks;

/// <summary>
/// Mockstagram's own walk: followers start at 100,000·(1+N(0,1)) and each call moves them by a normal step of 10,000,
/// never under 5,000; following starts at 1,000·(1+N(0,1)), moves by 100, never under 50. The n-th reading of an account
/// depends on the seed, the account and n alone. Concurrent calls for one account each get a reading of their own.
/// </summary>
internal sealed class MockstagramWalk : IAccountWalk
{
    public const int LeastFollowers = 5_000;
    public const int LeastFollowing = 50;

    private const double StartFollowers = 100_000;
    private const double StartFollowing = 1_000;
    private const double StepFollowers = 10_000;
    private const double StepFollowing = 100;

    /// <summary>Enough that two calls for different accounts seldom meet; a power of two, for the mask.</summary>
    private const int LockCount = 1024;

    private readonly long _seed;
    private readonly long _firstId;
    private readonly Account[] _accounts;
    private readonly Lock[] _locks = new Lock[LockCount];

    public MockstagramWalk(long seed, long firstId, int count)
    {
        _seed = seed;
        _firstId = firstId;
        // 12 bytes an account, all zero: memory becomes resident only as accounts are first asked for.
        _accounts = new Account[count];
        for (var i = 0; i < LockCount; i++)
            _locks[i] = new Lock();
    }

    public AccountNumbers Next(long pk)
    {
        var index = (int)(pk - _firstId);
        var key = CounterRandom.Key(_seed, pk);
        lock (_locks[index & (LockCount - 1)])
        {
            ref var account = ref _accounts[index];
            var from = account.Readings == 0 ? Start(key) : account.Numbers;
            account.Readings++;
            var (first, second) = CounterRandom.Normals(key, account.Readings);
            account.Numbers = new AccountNumbers(
                AtLeast(LeastFollowers, from.Followers + StepFollowers * first),
                AtLeast(LeastFollowing, from.Following + StepFollowing * second));
            return account.Numbers;
        }
    }

    public AccountNumbers Current(long pk)
    {
        var index = (int)(pk - _firstId);
        lock (_locks[index & (LockCount - 1)])
        {
            ref var account = ref _accounts[index];
            return account.Readings == 0 ? Start(CounterRandom.Key(_seed, pk)) : account.Numbers;
        }
    }

    /// <summary>Position 0 of the account's stream; readings count from 1.</summary>
    private static AccountNumbers Start(ulong key)
    {
        var (first, second) = CounterRandom.Normals(key, 0);
        return new AccountNumbers(
            AtLeast(LeastFollowers, StartFollowers * (1 + first)),
            AtLeast(LeastFollowing, StartFollowing * (1 + second)));
    }

    private static int AtLeast(int floor, double value) => (int)Math.Clamp(Math.Round(value), floor, int.MaxValue);

    private struct Account
    {
        public AccountNumbers Numbers;
        public uint Readings;
    }
}
