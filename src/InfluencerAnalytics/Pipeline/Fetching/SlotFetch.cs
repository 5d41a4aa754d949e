using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Fetching.Control;
using InfluencerAnalytics.Pipeline.Holds;


namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Fetches ids for one slot: a first pass, published at once, then quick retries of what failed. What still fails goes into retry messages,
/// or is reported as missed when there is no time for them. Safe for concurrent use.
/// </summary>
internal sealed class SlotFetch(
    FetchEngine engine,
    ProviderGate gate,
    ReadingPublisher readings,
    MessageSettler settler,
    RetryRule rule,
    PipelineMetrics metrics,
    TimeProvider timeProvider)
{
    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Fetches and publishes. When it returns, every id is published, in a retry message, reported, or listed in the result.</summary>
    /// <param name="work">The ids and their slot; <see cref="SlotWork.Visit"/> is the number of this visit.</param>
    /// <param name="cancellationToken">Cancelled when the process stops. What was read by then is still published.</param>
    /// <returns>The ids that were not asked because the process stops.</returns>
    public async Task<IReadOnlyList<long>> RunAsync(SlotWork work, CancellationToken cancellationToken)
    {
        var left = new Leftovers(work.Ids);
        var time = TimeSpan.FromMilliseconds(Math.Max(1, work.Until - NowMs));
        var slotEnd = new SlotEnd(time, work.Grid, timeProvider);
        using var slotOver = new CancellationTokenSource(time, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(slotOver.Token, cancellationToken);
        var (published, notFound) = (0, 0);
        for (var attempt = 1; attempt <= rule.Attempts && left.Ids.Count > 0; attempt++)
        {
            if (attempt > 1 && !await WaitToRetryAsync(attempt, left.RetryAfter, end.Token))
                break;
            var pass = new FetchPass(left.Ids, work.Visit == 1 && attempt == 1, slotEnd, end.Token);
            await engine.RunAsync(pass);
            var came = await PublishAsync(work, pass, left);
            (published, notFound) = (published + came.Readings, notFound + came.NotFound);
        }
        VisitSpan.Worked(work, published, notFound, left.All.Count);
        if (left.All.Count == 0)
            return [];
        if (cancellationToken.IsCancellationRequested && NowMs < work.Until)
            return left.All;
        await HandOverAsync(work, left);
        return [];
    }

    // Publishing outlives a stop: what was read cannot be read again. Its own time limit is the end of the slot's work.
    private async ValueTask<(int Readings, int NotFound)> PublishAsync(SlotWork work, FetchPass pass, Leftovers left)
    {
        var points = new List<DataPoint>(pass.Ids.Count);
        var missed = left.Take(pass, points, work.Slot);
        // Counted a pass at a time: a count a request would be a contended write on the hot path.
        metrics.Fetched(points.Count);
        if (points.Count > 0 || missed.Count > 0)
            await readings.PublishAsync(new DataPointBatch(work.Slot, work.Interval, points, missed), GiveUpAt(work), CancellationToken.None);
        return (points.Count, missed.Count);
    }

    private async ValueTask<bool> WaitToRetryAsync(int attempt, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        if (gate.KeepsBack)
            return false;
        await Task.Delay(rule.PauseBefore(attempt, retryAfter), timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private async ValueTask HandOverAsync(SlotWork work, Leftovers left)
    {
        List<Miss>? missed = null;
        foreach (var (reason, ids, wish) in left.ToHandOver(work.Reason, TimeSpan.FromMilliseconds(work.Until - NowMs)))
        {
            var delay = RetryRule.MessageDelay(work.Interval, wish);
            if (NowMs + (long)delay.TotalMilliseconds < work.Until)
            {
                if (await settler.SendRetryAsync(work.NextVisit(reason, ids), delay, CancellationToken.None))
                    continue;
            }
            missed ??= [];
            foreach (var id in ids)
                missed.Add(new Miss(id, reason));
        }
        if (missed is not null)
            await ReportAsync(work, missed);
    }

    /// <summary>Reports all of it as missed, for the reason of the visit before: its slot was over before this one.</summary>
    public ValueTask ReportAsync(SlotWork work)
    {
        var missed = new List<Miss>(work.Ids.Count);
        foreach (var id in work.Ids)
            missed.Add(new Miss(id, work.Reason));
        return readings.PublishAsync(new DataPointBatch(work.Slot, work.Interval, [], missed), NowMs + work.Grid.IntervalMs, CancellationToken.None);
    }

    private ValueTask ReportAsync(SlotWork work, List<Miss> missed) =>
        readings.PublishAsync(new DataPointBatch(work.Slot, work.Interval, [], missed), GiveUpAt(work), CancellationToken.None);

    private static long GiveUpAt(SlotWork work) => work.Grid.FinalAt(work.Slot);
}
