using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>A series given to the detector hour by hour, with an opinion a day.</summary>
internal sealed class AccountRun(WalkedSeries series)
{
    private const int HoursPerDay = 24;

    private readonly HashSet<SuspicionReason> _alarms = [];

    /// <summary>How many hours were folded, and of how many the minutes were asked for.</summary>
    public int Folded { get; private set; }

    public int Opened { get; private set; }

    /// <summary>What an opinion at or above the threshold gave as its weightiest reasons, each once: its bursts, or where it has none whatever else it has. A burst is known by when it began.</summary>
    public IEnumerable<SuspicionReason> Alarms => _alarms.DistinctBy(static alarm => (alarm.Code, alarm.From));

    /// <summary>Folds hours [from, to).</summary>
    public void Fold(SuspicionWatch watch, int from, int to)
    {
        for (var hour = from; hour < to; hour++)
        {
            if (series.RollUp(hour) is { } rollup)
            {
                Folded++;
                if (watch.Fold(rollup))
                {
                    Opened++;
                    watch.Open(series.ReadingsOf(hour, SuspicionWatch.OpenedBeforeMs));
                }
            }
            if ((hour + 1) % HoursPerDay == 0 || hour + 1 == to)
                Judge(watch, hour + 1);
        }
    }

    private void Judge(SuspicionWatch watch, int hour)
    {
        var opinion = watch.Judge(series.Start + hour * WalkedSeries.HourMs);
        if (!opinion.IsSuspicious)
            return;
        var bursts = opinion.Reasons.Where(static reason => reason.Code is SuspicionCodes.Burst or SuspicionCodes.Step or SuspicionCodes.Delivery).ToList();
        foreach (var reason in bursts.Count > 0 ? bursts : opinion.Reasons.Take(1))
            _alarms.Add(reason);
    }
}
