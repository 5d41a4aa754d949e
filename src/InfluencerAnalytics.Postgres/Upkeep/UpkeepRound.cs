using System.Runtime.ExceptionServices;

namespace InfluencerAnalytics.Postgres.Upkeep;

/// <summary>The steps of one round of the upkeep, of which none keeps the others from being done. For one caller.</summary>
/// <param name="mayGoOn">Asked after a failure, which may have taken long: whether this is still the process that does it. It fails while the database is away, and with it the rest of the round.</param>
/// <param name="stopping">Ends it.</param>
internal sealed class UpkeepRound(Func<ValueTask<bool>> mayGoOn, CancellationToken stopping)
{
    private ExceptionDispatchInfo? _first;
    private bool _isOver;

    /// <summary>Does a step. False when it did nothing, or failed.</summary>
    public async ValueTask<bool> DoAsync(Func<ValueTask<bool>> step)
    {
        if (_isOver)
            return false;
        try
        {
            return await step();
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            _first ??= ExceptionDispatchInfo.Capture(exception);
        }
        _isOver = !await MayGoOnAsync();
        return false;
    }

    /// <summary>Throws what failed first, if anything did.</summary>
    public void ThrowFirst() => _first?.Throw();

    private async ValueTask<bool> MayGoOnAsync()
    {
        try
        {
            return await mayGoOn();
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
