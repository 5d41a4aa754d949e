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

    // A window counts for half after 14 of them, 7 s: longer than the time limit of a request.
    private const double Fading = 0.95;

    private double _recentCompleted;
    private double _recentOverloaded;
    private double _throughputBefore;
    private int _limitBefore;
    private int _hold;
    private bool _doubling = true;
    private bool _settling;
    private int _answers;
    private int _windows;

    public int Limit { get; private set; } = Math.Min(initial, max);

    /// <param name="completed">Answers in the window, failures included.</param>
    /// <param name="overloaded">Those that were signs of overload.</param>
    /// <param name="backlogged">Whether more work waited than the present throughput does in half a second.</param>
    public void Observe(int completed, int overloaded, bool backlogged)
    {
        // A time-out comes long after the answers that were asked for beside it, so a window of its own says little: the share has to hold
        // over the last windows as well.
        _recentCompleted = _recentCompleted * Fading + completed;
        _recentOverloaded = _recentOverloaded * Fading + overloaded;
        if (completed >= MinSamples && overloaded >= completed * OverloadShare && _recentOverloaded >= _recentCompleted * OverloadShare)
        {
            Cut();
            return;
        }
        _hold = Math.Max(0, _hold - 1);
        _answers += completed;
        _windows++;
        if (!backlogged)
        {
            _limitBefore = 0;
            StartMeasuring();
            return;
        }
        // By Little's law so many answers take as long as one does. A provider slower than a window is measured over several, and one that hangs
        // is never measured: it must not get more and more requests.
        if (_answers >= Limit)
            Measured((double)_answers / _windows);
    }

    private void Measured(double throughput)
    {
        var isSlow = _windows > 1;
        StartMeasuring();
        // The first answers after a rise are still those of the requests before it.
        if (_settling)
        {
            _settling = false;
            return;
        }
        if (_limitBefore > 0 && throughput < _throughputBefore * WorthwhileGain)
        {
            Limit = _limitBefore;
            _limitBefore = 0;
            _doubling = false;
            _hold = WindowsToHold;
            return;
        }
        _limitBefore = 0;
        if (_hold == 0)
            Rise(throughput, isSlow);
    }

    private void Rise(double throughput, bool isSlow)
    {
        var raised = Math.Min(max, _doubling ? Limit * 2 : Limit + Math.Max(1, Limit / 4));
        if (raised == Limit)
            return;
        _limitBefore = Limit;
        _throughputBefore = throughput;
        Limit = raised;
        _settling = isSlow;
    }

    private void Cut()
    {
        Limit = Math.Max(1, (int)(Limit * 0.7));
        _limitBefore = 0;
        _doubling = false;
        _settling = false;
        _hold = WindowsToHold / 4;
        StartMeasuring();
    }

    private void StartMeasuring()
    {
        _answers = 0;
        _windows = 0;
    }
}
