using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>
/// Finds the readings that the leaderboard never saw, since a later one of the same influencer was stored before it looked again: after a backlog, or with an interval of seconds. Safe for
/// concurrent use.
/// </summary>
internal sealed class PassedReadings(IDataPointStore store, DeploymentInterval interval, TimeProvider timeProvider)
{
    // Each is some 40 µs on the embedded store, and the ranks wait for all of them.
    private const int MostSteps = 500;

    // Of a database that is busy or hangs, too: what cannot be had in this time is told as a gap.
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(200);

    // The last that was known, in milliseconds. Before it is, any step may have left something out.
    private long _interval;

    /// <returns>By step, where more than an interval lies between: the readings in between, ascending; null where they are more than that many, or cannot be had.</returns>
    /// <param name="most">Readings of a step.</param>
    public async ValueTask<IReadOnlyDictionary<SlotStep, IReadOnlyList<DataPoint>?>> ReadAsync(IReadOnlyList<SlotStep> steps, int most, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SlotStep, IReadOnlyList<DataPoint>?>();
        if (steps.Count == 0)
            return found;
        var isThere = true;
        using var late = new CancellationTokenSource(MostTime, timeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            Interlocked.Exchange(ref _interval, (long)(await interval.ReadAsync(ended.Token)).TotalMilliseconds);
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            isThere = false;
        }
        foreach (var step in steps)
        {
            if (step.To - step.From <= Interlocked.Read(ref _interval))
                continue;
            try
            {
                found[step] = isThere && found.Count < MostSteps ? await ReadAsync(step, most, ended.Token) : null;
            }
            catch (Exception exception) when (IsAway(exception, cancellationToken))
            {
                // What is not known is told as a gap, of all that follow as well.
                isThere = false;
                found[step] = null;
            }
        }
        return found;
    }

    private static bool IsAway(Exception exception, CancellationToken cancellationToken) =>
        exception is StoreUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async ValueTask<IReadOnlyList<DataPoint>?> ReadAsync(SlotStep step, int most, CancellationToken cancellationToken)
    {
        var points = await store.ReadPointsAsync(step.InfluencerId, step.From + 1, step.To - 1, most + 1, cancellationToken);
        return points.Count > most ? null : points;
    }
}
