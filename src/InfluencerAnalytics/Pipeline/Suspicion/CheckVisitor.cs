using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Pipeline.Holds;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Pipeline.Suspicion;

/// <summary>
/// Visits a shard of the checks: has those judged who were not in this period, on their latest stored numbers, and says what becomes of the message. Safe for concurrent use.
/// </summary>
internal sealed class CheckVisitor(
    CheckGate gate, VerdictSink verdicts, ISuspicionStore store, ILatestStore latest, SupersededChecks superseded, SuspicionMetrics metrics, TimeProvider timeProvider)
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstReadings = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestKeptBack = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DeleteWithin = TimeSpan.FromMinutes(1);

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="shard">Received just now.</param>
    /// <param name="sentAt">When its message was sent, in epoch milliseconds.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    public async Task<Settlement> VisitAsync(SuspicionShard shard, long sentAt, CancellationToken cancellationToken)
    {
        if (await superseded.IsSupersededAsync(shard.Generation, cancellationToken))
            return Settlement.Delete(NowMs + (long)DeleteWithin.TotalMilliseconds);
        var due = shard.DueAt(NowMs);
        // A queue that counts in whole seconds brings it early, and a verdict of before would be one of the period before.
        if (due - NowMs is > 0 and var early)
            await Task.Delay(TimeSpan.FromMilliseconds(early), timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (toJudge, unread, judged) = await OpenAsync(shard, due, cancellationToken);
        // One that is tried again, or sent after it was due, has kept nobody waiting.
        if (judged == 0 && toJudge.Length > 0 && sentAt <= due)
            metrics.ShardCame(TimeSpan.FromMilliseconds(NowMs - due));
        var results = await Task.WhenAll(toJudge.Select(point => JudgeAsync(point, cancellationToken)));
        // A stop in the middle of a visit: the shard comes back at once, to whoever is there, and who was judged is skipped.
        if (results.Contains(CheckResult.Stopped))
            return Settlement.Rearm(NowMs);
        // A new roster has its first readings within an interval or two.
        var longest = results.Contains(CheckResult.KeptBack) ? KeptBackFor()
            : unread > 0 && toJudge.Length + judged == 0 ? FirstReadings
            : LongestRetry;
        return await SettleAsync(shard, due, results.Count(static result => result != CheckResult.Judged), unread, longest, cancellationToken);
    }

    // Those of the shard that are tracked and were not judged since the period began: with numbers, and how many have none yet; and how many were judged.
    private async ValueTask<(LatestPoint[] ToJudge, int Unread, int Judged)> OpenAsync(SuspicionShard shard, long due, CancellationToken cancellationToken)
    {
        var judged = await store.FindJudgedAsync(shard.Ids, shard.StartOf(due), cancellationToken);
        List<long> open = [.. shard.Ids.Where(id => !judged.Contains(id))];
        var points = new List<LatestPoint>(open.Count);
        if (open.Count > 0)
            await latest.ReadLatestOfAsync(open, points, cancellationToken);
        var tracked = points.FindAll(static point => point.Status == InfluencerStatus.Tracked);
        LatestPoint[] withNumbers = [.. tracked.Where(static point => point.Slot > 0)];
        // Else the one that the breaker lets through would be the same each time, and may be one that always fails.
        Random.Shared.Shuffle(withNumbers);
        return (withNumbers, tracked.Count - withNumbers.Length, judged.Count);
    }

    private async Task<CheckResult> JudgeAsync(LatestPoint point, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await gate.CheckAsync(point, cancellationToken);
            if (!outcome.IsOk)
                return outcome.Reason == MissReason.CircuitOpen ? CheckResult.KeptBack : CheckResult.Failed;
            // Not cancelled by a stop: it took the provider seconds.
            await verdicts.WriteAsync(new SuspicionVerdict(point.InfluencerId, outcome.IsSuspicious, outcome.CheckedAt, point.FollowerCount, point.FollowingCount));
            return CheckResult.Judged;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Stopped;
        }
    }

    private async ValueTask<Settlement> SettleAsync(SuspicionShard shard, long due, int failed, int unread, TimeSpan longestRetry, CancellationToken cancellationToken)
    {
        var next = due + shard.PeriodMs;
        if (failed + unread == 0)
            return Settlement.Rearm(next);
        var again = NowMs + RetryMs(shard.Period, longestRetry);
        if (again < next)
            return Settlement.Rearm(again);
        if (failed > 0)
        {
            await store.AddFailedChecksAsync(FailedChecks.DayOf(due), failed, cancellationToken);
            metrics.GaveUp(failed);
        }
        return Settlement.Rearm(next);
    }

    // Some two dozen tries in a period.
    private static long RetryMs(TimeSpan period, TimeSpan longest)
    {
        var retry = period / 24 < longest ? period / 24 : longest;
        return (long)(retry > ShortestRetry ? retry : ShortestRetry).TotalMilliseconds;
    }

    // As long again as the provider has been away: of a million whose shards all wait, ten thousand of them come 33 a second at first, and fewer than three an hour later. Its return is
    // noticed by the checks that are let through, so that nobody waits longer than it was away.
    private TimeSpan KeptBackFor() => gate.AwayFor is var away && away > ShortestKeptBack ? away : ShortestKeptBack;

    private enum CheckResult
    {
        Judged,
        Failed,
        KeptBack,
        Stopped,
    }
}
