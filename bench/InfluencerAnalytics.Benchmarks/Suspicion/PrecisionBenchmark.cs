using InfluencerAnalytics.Suspicion;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>Accounts of the lifelike walk, minute by minute, with all readings, with some lost, and with outages.</summary>
internal sealed class PrecisionBenchmark(int accounts, int days)
{
    public const long FirstId = 1_000_000;

    /// <summary>2026-10-10, so that 45 days end on 2026-11-24.</summary>
    public const long Start = 1_791_590_400_000;

    /// <summary>What begins in the last hours of the days is judged within these.</summary>
    private const int HoursAfter = 6;

    private readonly Lock _lock = new();
    private long _wildFolded;
    private long _wildOpened;

    public PrecisionTally Whole { get; } = new();

    public PrecisionTally SomeLost { get; } = new();

    public PrecisionTally Outages { get; } = new();

    /// <summary>Accounts of Mockstagram's own walk: how many there were, how many were called suspicious at the end of a day, and of how many of their hours the minutes were opened.</summary>
    public int Wild { get; private set; }

    public int WildCalled { get; private set; }

    public double WildOpenedShare => (double)_wildOpened / _wildFolded;

    public void RunWild(long seed, int count, CancellationToken cancellationToken) => Parallel.For(0, count, Options(cancellationToken), account =>
    {
        var series = WalkedSeries.OfWild(seed, FirstId + account, Start, days * 24);
        var run = new AccountRun(series);
        run.Fold(new SuspicionWatch(), 0, series.Hours);
        lock (_lock)
        {
            Wild++;
            WildCalled += run.Alarms.Any() ? 1 : 0;
            (_wildFolded, _wildOpened) = (_wildFolded + run.Folded, _wildOpened + run.Opened);
        }
    });

    public void Run(long seed, CancellationToken cancellationToken) =>
        Parallel.For(0, accounts, Options(cancellationToken), account => RunAccount(seed, FirstId + account));

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };

    private void RunAccount(long seed, long id)
    {
        var hours = days * 24 + HoursAfter;
        var minutes = hours * WalkedSeries.MinutesPerHour;
        var events = new LifelikeWalk(seed, id).EventsBetween(Start, Start + hours * WalkedSeries.HourMs);
        var whole = WalkedSeries.Of(seed, id, Start, hours);
        foreach (var (series, tally) in new[] { (whole, Whole), (whole.Without(LostReadings.Some(seed, id, minutes)), SomeLost), (whole.Without(LostReadings.Outages(seed, id, minutes)), Outages) })
        {
            var run = new AccountRun(series);
            run.Fold(new SuspicionWatch(), 0, hours);
            lock (_lock)
                tally.Add(id, series, run, events, Start + days * 24 * WalkedSeries.HourMs);
        }
    }
}
