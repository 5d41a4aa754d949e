namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Decides how many requests may be in flight, a window at a time. It climbs while there is a backlog and climbing brings throughput, takes
/// back a rise that brought none, and cuts when many answers of a window are signs of overload (429, timeouts). Isolated failures do not
/// cut it. Not safe for concurrent use: one controller calls it.
/// </summary>
internal sealed class AdaptiveConcurrency(int initial, int max)
{
    /// <summary>Of a window's answers; below it failures count as isolated. Twice the fault rate that the pipeline is tested with.</summary>
    private const double OverloadShare = 0.2;

    private const int MinSamples = 20;

    // A rise that brings less than this is within the noise of a window.
    private const double WorthwhileGain = 1.05;

    // After a rise was taken back. At two windows a second, 10 s.
    private const int WindowsToHold = 20;

    private double _throughputBefore;
    private int _limitBefore;
    private int _hold;
    private bool _doubling = true;

    public int Limit { get; private set; } = Math.Min(initial, max);

    /// <param name="completed">Answers in the window, failures included.</param>
    /// <param name="overloaded">Those that were signs of overload.</param>
    /// <param name="backlogged">Whether more work waited than the present throughput does in half a second.</param>
    public void Observe(int completed, int overloaded, bool backlogged)
    {
        if (completed >= MinSamples && overloaded >= completed * OverloadShare)
        {
            Limit = Math.Max(1, (int)(Limit * 0.7));
            _limitBefore = 0;
            _doubling = false;
            _hold = WindowsToHold / 4;
            return;
        }
        if (_limitBefore > 0 && backlogged && completed < _throughputBefore * WorthwhileGain)
        {
            Limit = _limitBefore;
            _limitBefore = 0;
            _doubling = false;
            _hold = WindowsToHold;
            return;
        }
        _limitBefore = 0;
        if (_hold > 0)
        {
            _hold--;
            return;
        }
        if (backlogged)
            Rise(completed);
    }

    private void Rise(int completed)
    {
        var raised = Math.Min(max, _doubling ? Limit * 2 : Limit + Math.Max(1, Limit / 4));
        if (raised == Limit)
            return;
        _limitBefore = Limit;
        _throughputBefore = completed;
        Limit = raised;
    }
}
