using InfluencerAnalytics.Suspicion;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>
/// Where the detector ends: deliveries weaker and slower than the walk's, and posts that go round faster, put on top of accounts in whose walk nothing was bought. The ten days before are the same for all.
/// </summary>
internal sealed class PlantedBenchmark(int accounts)
{
    private const int HoursBefore = 10 * 24;
    private const int HoursAfter = 2 * 24;

    /// <summary>Whether anything is felt of what was bought ends with this: the walk's own life of it.</summary>
    private const int FeltDays = 45;

    private readonly Dictionary<Planted, int> _called = [];
    private readonly Lock _lock = new();

    /// <summary>How many accounts there were.</summary>
    public int Accounts { get; private set; }

    /// <summary>The share of the accounts that were called suspicious.</summary>
    public double CalledShare(Planted planted) => (double)_called.GetValueOrDefault(planted) / Accounts;

    public void Run(long seed, IReadOnlyList<Planted> all, CancellationToken cancellationToken) =>
        Parallel.For(0, accounts, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, account =>
        {
            var id = PrecisionBenchmark.FirstId + account;
            const long Start = PrecisionBenchmark.Start;
            const int Hours = HoursBefore + HoursAfter;
            var felt = new LifelikeWalk(seed, id).EventsBetween(Start - FeltDays * 24 * WalkedSeries.HourMs, Start + Hours * WalkedSeries.HourMs);
            if (felt.Any(static walked => walked.Kind == WalkEventKind.Bought))
                return;
            var series = WalkedSeries.Of(seed, id, Start, Hours);
            var watch = new SuspicionWatch();
            new AccountRun(series).Fold(watch, 0, HoursBefore);
            var kept = new byte[SuspicionWatchFormat.MaxLength];
            var length = SuspicionWatchFormat.Write(watch, kept);
            // Somewhere in the first twelve hours of the eleventh day, at any minute.
            var at = HoursBefore * WalkedSeries.MinutesPerHour + new Random((int)(seed * 7919 + account)).Next(12 * WalkedSeries.MinutesPerHour);
            var called = all.Where(planted => IsCalled(series.With(at, planted.After), SuspicionWatchFormat.Read(kept.AsSpan(0, length)))).ToList();
            lock (_lock)
            {
                Accounts++;
                foreach (var planted in called)
                    _called[planted] = _called.GetValueOrDefault(planted) + 1;
            }
        });

    private static bool IsCalled(WalkedSeries series, SuspicionWatch watch)
    {
        var run = new AccountRun(series);
        run.Fold(watch, HoursBefore, series.Hours);
        return run.Alarms.Any();
    }
}
