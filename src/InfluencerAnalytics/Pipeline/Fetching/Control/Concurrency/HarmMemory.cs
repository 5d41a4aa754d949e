namespace InfluencerAnalytics.Pipeline.Fetching.Control.Concurrency;

/// <summary>From how many in flight on a provider came to harm: so many are not tried again for a while. Not safe for concurrent use.</summary>
internal sealed class HarmMemory
{
    private const double Seconds = 30;

    private int _from;
    private double _left;

    public void Pass(double seconds) => _left = Math.Max(0, _left - seconds);

    /// <param name="from">So many in flight did harm, and more would.</param>
    public void Remember(int from)
    {
        _from = _left > 0 ? Math.Min(_from, from) : from;
        _left = Seconds;
    }

    public void Forget() => _left = 0;

    public bool Forbids(int limit) => _left > 0 && limit >= _from;
}
