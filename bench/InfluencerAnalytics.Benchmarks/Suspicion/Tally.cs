namespace InfluencerAnalytics.Benchmarks.Suspicion;

/// <summary>What was there, what was found of it, and what was called so that was not. Not safe for concurrent use.</summary>
internal sealed class Tally
{
    public int Events { get; private set; }

    public int Found { get; private set; }

    public int FalseAlarms { get; private set; }

    public double Recall => (double)Found / Events;

    public double Precision => (double)Found / (Found + FalseAlarms);

    /// <summary>The harmonic mean of precision and recall (van Rijsbergen, 1979).</summary>
    public double F1 => 2.0 * Found / (Events + Found + FalseAlarms);

    public void AddEvent(bool found)
    {
        Events++;
        Found += found ? 1 : 0;
    }

    public void AddFalseAlarm() => FalseAlarms++;

    public override string ToString() => $"{Events:N0} | {Found:N0} | {FalseAlarms:N0} | {Precision:0.0000} | {Recall:0.0000} | {F1:0.0000}";
}
