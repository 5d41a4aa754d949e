using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Ledger;
using Mockstagram.Simulator.Pacing;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Answering;

/// <summary>
/// What the simulated provider knows and does, apart from HTTP: its accounts, which answer is to be spoilt, the ledger
/// and the counts. It outlives the listener, which an outage closes for a while. Safe for concurrent use.
/// </summary>
internal sealed class Provider : IDisposable
{
    // Streams of random numbers of their own, so that no account's numbers depend on faults or waits.
    private const long FaultStream = -1;
    private const long WaitStream = -2;
    private const long VariantStream = -3;
    private const long StickyStream = -4;

    private readonly TimeProvider _timeProvider;
    private readonly IAccountWalk _walk;
    private readonly ulong _faultKey;
    private readonly ulong _waitKey;
    private readonly ulong _variantKey;
    private readonly long[] _faultCounts = new long[FaultNames.Kinds.Count + 1];
    private readonly ulong _stickyKey;
    private FaultRates _faults;
    private FaultRates _sticky;
    private ProviderPacing _pacing;
    private long _refused;
    private long _abandoned;
    private long _unusedBefore;
    private long _draws;
    private long _waits;
    private long _variants;
    private long _readings;
    private long _suspicionChecks;
    private long _unknown;

    public Provider(SimulatorOptions options, TimeProvider timeProvider)
    {
        Options = options;
        _timeProvider = timeProvider;
        _faults = options.Faults;
        _sticky = options.Sticky;
        _pacing = new ProviderPacing(options.Pace, timeProvider);
        _walk = options.Walk == WalkKind.Lifelike
            ? new LifelikeAccounts(options.Seed, timeProvider)
            : new MockstagramWalk(options.Seed, options.FirstId, options.Count);
        Ledger = options.LedgerCapacity > 0 ? new AnswerLedger(options.LedgerCapacity) : null;
        _faultKey = CounterRandom.Key(options.Seed, FaultStream);
        _waitKey = CounterRandom.Key(options.Seed, WaitStream);
        _stickyKey = CounterRandom.Key(options.Seed, StickyStream);
        _variantKey = CounterRandom.Key(options.Seed, VariantStream);
    }

    public SimulatorOptions Options { get; }

    /// <summary>Null when no ledger was asked for.</summary>
    public AnswerLedger? Ledger { get; }

    public FaultRates Faults
    {
        get => Volatile.Read(ref _faults);
        set => Volatile.Write(ref _faults, value);
    }

    /// <summary>What always goes wrong with some of the accounts: shares of all ids, chosen by a hash of the id.</summary>
    public FaultRates Sticky
    {
        get => Volatile.Read(ref _sticky);
        set => Volatile.Write(ref _sticky, value);
    }

    public ProviderPacing Pacing => Volatile.Read(ref _pacing);

    /// <summary>Changes the pace from the next request on; what waited under the pace before is let go.</summary>
    public void SetPace(Pace pace)
    {
        var before = Interlocked.Exchange(ref _pacing, new ProviderPacing(pace, _timeProvider));
        Interlocked.Add(ref _unusedBefore, before.Unused);
        before.Dispose();
    }

    public void Dispose() => Pacing.Dispose();

    public bool Knows(long pk) => (ulong)(pk - Options.FirstId) < (ulong)Options.Count;

    /// <summary>The numbers of a good answer about to be sent. From here on the ledger shows them.</summary>
    public AccountNumbers Serve(long pk)
    {
        var numbers = _walk.Next(pk);
        Ledger?.Add(new LedgerEntry(pk, numbers.Followers, numbers.Following, _timeProvider.GetUtcNow().ToUnixTimeMilliseconds()));
        Interlocked.Increment(ref _readings);
        return numbers;
    }

    /// <summary>Believable numbers for a spoilt answer. The account takes no step, and the ledger hears nothing.</summary>
    public AccountNumbers Current(long pk) => _walk.Current(pk);

    /// <summary>What happened to an account within a time up to now, as a judge may want to know; null when the walk plans nothing.</summary>
    public IReadOnlyList<WalkEvent>? EventsWithin(long pk, TimeSpan time) => (_walk as LifelikeAccounts)?.EventsWithin(pk, time);

    /// <summary>Decides whether the next answer about an account is spoilt.</summary>
    public FaultKind DrawFault(long pk)
    {
        var sticky = Sticky;
        if (sticky.Total > 0 && sticky.Pick(CounterRandom.Unit(_stickyKey, pk)) is not FaultKind.None and var kind)
            return kind;
        var faults = Faults;
        return faults.Total == 0 ? FaultKind.None : faults.Pick(CounterRandom.Unit(_faultKey, Interlocked.Increment(ref _draws)));
    }

    /// <summary>The next wait out of a distribution.</summary>
    public TimeSpan DrawWait(Latency latency) => latency.Sample(_waitKey, Interlocked.Increment(ref _waits));

    /// <summary>Chooses between the ways in which one fault can show, from 0 up to but not including <paramref name="count"/>.</summary>
    public int DrawVariant(int count) => (int)(CounterRandom.Unit(_variantKey, Interlocked.Increment(ref _variants)) * count);

    public void CountFault(FaultKind kind) => Interlocked.Increment(ref _faultCounts[(int)kind]);

    public void CountSuspicionCheck() => Interlocked.Increment(ref _suspicionChecks);

    public void CountRefused() => Interlocked.Increment(ref _refused);

    public void CountAbandoned() => Interlocked.Increment(ref _abandoned);

    public void CountUnknown() => Interlocked.Increment(ref _unknown);

    public SimulatorStats Stats()
    {
        var faults = FaultNames.Kinds.ToDictionary(FaultNames.NameOf, kind => Interlocked.Read(ref _faultCounts[(int)kind]));
        var dripping = Interlocked.Read(ref _faultCounts[(int)FaultKind.SlowDrip]);
        var readings = Interlocked.Read(ref _readings);
        var suspicionChecks = Interlocked.Read(ref _suspicionChecks);
        var unknown = Interlocked.Read(ref _unknown);
        var refused = Interlocked.Read(ref _refused);
        var abandoned = Interlocked.Read(ref _abandoned);
        var written = Ledger?.Written ?? 0;
        var dropped = Ledger?.Dropped ?? 0;
        return new SimulatorStats(
            readings + suspicionChecks + unknown + faults.Values.Sum() - dripping + refused + abandoned,
            readings,
            suspicionChecks,
            unknown,
            faults,
            refused,
            abandoned,
            readings + Interlocked.Read(ref _unusedBefore) + Pacing.Unused,
            Pacing.Working,
            written - dropped,
            dropped);
    }
}
