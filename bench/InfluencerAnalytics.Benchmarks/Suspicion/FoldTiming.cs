using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>What an hour of an influencer costs, by processor time: the state read from its bytes, the hour folded, its minutes looked into where it is unusual, the state written again.</summary>
internal sealed class FoldTiming
{
    private readonly List<double> _lengths = [];

    public double FoldNs { get; private set; }

    public double WithFormatNs { get; private set; }

    public double OpinionNs { get; private set; }

    public double WildFoldNs { get; private set; }

    public double MeanLength => _lengths.Average();

    public double GreatestLength => _lengths.Max();

    /// <summary>What a watch takes in memory.</summary>
    public double HeapBytes { get; private set; }

    public void Run(long seed, int accounts, int days)
    {
        var series = Enumerable.Range(0, accounts).Select(account => WalkedSeries.Of(seed, PrecisionBenchmark.FirstId + account, PrecisionBenchmark.Start, days * 24)).ToList();
        var hours = series.ConvertAll(static one => Enumerable.Range(0, one.Hours).Select(hour => one.RollUp(hour)!.Value).ToArray());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watches = series.ConvertAll(static _ => new SuspicionWatch());
        HeapBytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / accounts;
        // Once without the clock: the first calls are those of unoptimized code.
        FoldAll(hours, series, series.ConvertAll(static _ => new SuspicionWatch()));
        FoldNs = Timed(() => FoldAll(hours, series, watches), accounts * days * 24);
        WithFormatNs = Timed(() => FoldAllFromBytes(hours, series), accounts * days * 24);
        OpinionNs = Timed(() => watches.ForEach(static watch => watch.Judge(0)), accounts);
        foreach (var watch in watches)
            _lengths.Add(SuspicionWatchFormat.Write(watch, new byte[SuspicionWatchFormat.MaxLength]));
        var wild = Enumerable.Range(0, accounts).Select(account => WalkedSeries.OfWild(seed, PrecisionBenchmark.FirstId + account, PrecisionBenchmark.Start, days * 24)).ToList();
        var wildHours = wild.ConvertAll(static one => Enumerable.Range(0, one.Hours).Select(hour => one.RollUp(hour)!.Value).ToArray());
        WildFoldNs = Timed(() => FoldAll(wildHours, wild, wild.ConvertAll(static _ => new SuspicionWatch())), accounts * days * 24);
    }

    private static double Timed(Action action, long times)
    {
        var start = ThreadTime.Nanoseconds;
        action();
        return (ThreadTime.Nanoseconds - start) / times;
    }

    private static void FoldAll(List<Rollup[]> hours, List<WalkedSeries> series, List<SuspicionWatch> watches)
    {
        for (var account = 0; account < hours.Count; account++)
        {
            for (var hour = 0; hour < hours[account].Length; hour++)
            {
                if (watches[account].Fold(hours[account][hour]))
                    watches[account].Open(series[account].ReadingsOf(hour, SuspicionWatch.OpenedBeforeMs));
            }
        }
    }

    private static void FoldAllFromBytes(List<Rollup[]> hours, List<WalkedSeries> series)
    {
        var bytes = new byte[SuspicionWatchFormat.MaxLength];
        for (var account = 0; account < hours.Count; account++)
        {
            var length = SuspicionWatchFormat.Write(new SuspicionWatch(), bytes);
            for (var hour = 0; hour < hours[account].Length; hour++)
            {
                var watch = SuspicionWatchFormat.Read(bytes.AsSpan(0, length));
                if (watch.Fold(hours[account][hour]))
                    watch.Open(series[account].ReadingsOf(hour, SuspicionWatch.OpenedBeforeMs));
                length = SuspicionWatchFormat.Write(watch, bytes);
            }
        }
    }
}
