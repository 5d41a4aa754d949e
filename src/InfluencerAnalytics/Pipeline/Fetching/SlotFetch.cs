using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Queues.Messages;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// Fetches ids for one slot: a first pass, published at once, then quick retries of what failed. What still fails goes into retry messages,
/// or is reported as missed when there is no time for them. Safe for concurrent use.
/// </summary>
internal sealed class SlotFetch(
    FetchEngine engine,
    ProviderGate gate,
    FetchPublisher publisher,
    FetchingOptions options,
    PipelineStatistics statistics,
    TimeProvider timeProvider)
{
    private static readonly TimeSpan MaxRetryMessageDelay = TimeSpan.FromSeconds(10);

    // A Retry-After beyond this is not waited for with the shard in hand: that influencer waits in a retry message, and holds up no other.
    private static readonly TimeSpan MaxQuickWait = TimeSpan.FromSeconds(2);

    private long NowMs => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Fetches and publishes. When it returns, every id is published, in a retry message, reported, or listed in the result.</summary>
    /// <param name="work">The ids and their slot; <see cref="RetryRequest.Attempt"/> is the number of this visit.</param>
    /// <param name="cancellationToken">Cancelled when the process stops. What was read by then is still published.</param>
    /// <returns>The ids that were not asked because the process stops.</returns>
    public async Task<IReadOnlyList<long>> RunAsync(RetryRequest work, CancellationToken cancellationToken)
    {
        var left = new Leftovers(work.Ids);
        var time = TimeSpan.FromMilliseconds(Math.Max(1, work.Until - NowMs));
        var slotEnd = new SlotEnd(time, new SlotGrid(work.Interval), timeProvider);
        using var slotOver = new CancellationTokenSource(time, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(slotOver.Token, cancellationToken);
        for (var attempt = 1; attempt <= options.Attempts && left.Ids.Count > 0; attempt++)
        {
            if (attempt > 1 && !await WaitToRetryAsync(attempt, left.RetryAfter, end.Token))
                break;
            var pass = new FetchPass(left.Ids, work.Attempt == 1 && attempt == 1, slotEnd, end.Token);
            await engine.RunAsync(pass);
            await PublishAsync(work, pass, left);
        }
        if (left.All.Count == 0)
            return [];
        if (cancellationToken.IsCancellationRequested && NowMs < work.Until)
            return left.All;
        await HandOverAsync(work, left);
        return [];
    }

    // Publishing outlives a stop: what was read cannot be read again. Its own time limit is the end of the slot's work.
    private async ValueTask PublishAsync(RetryRequest work, FetchPass pass, Leftovers left)
    {
        var points = new List<DataPoint>(pass.Ids.Count);
        var missed = left.Take(pass, points, work.Slot);
        // Counted a pass at a time: a count a request would be a contended write on the hot path.
        statistics.Fetched(points.Count);
        if (points.Count > 0 || missed.Count > 0)
            await publisher.PublishAsync(new DataPointBatch(work.Slot, work.Interval, points, missed), GiveUpAt(work), CancellationToken.None);
    }

    private async ValueTask<bool> WaitToRetryAsync(int attempt, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        if (gate.KeepsBack)
            return false;
        var backoff = TimeSpan.FromMilliseconds(Backoff.Jitter(options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt - 1)));
        await Task.Delay(backoff > retryAfter ? backoff : retryAfter, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private async ValueTask HandOverAsync(RetryRequest work, Leftovers left)
    {
        List<Miss>? missed = null;
        foreach (var (reason, ids, wish) in left.ToHandOver(work.Reason, TimeSpan.FromMilliseconds(work.Until - NowMs)))
        {
            var delay = RetryMessageDelay(work, wish);
            if (NowMs + (long)delay.TotalMilliseconds < work.Until)
            {
                var retry = work with { Attempt = work.Attempt + 1, Reason = reason, Ids = ids };
                if (await publisher.SendRetryAsync(retry, delay, CancellationToken.None))
                    continue;
            }
            missed ??= [];
            foreach (var id in ids)
                missed.Add(new Miss(id, reason));
        }
        if (missed is not null)
            await publisher.PublishAsync(new DataPointBatch(work.Slot, work.Interval, [], missed), GiveUpAt(work), CancellationToken.None);
    }

    /// <summary>A sixth of the interval, so that a slot sees several tries, at most 10 s, and never before the provider asked for.</summary>
    public static TimeSpan RetryMessageDelay(RetryRequest work, TimeSpan retryAfter)
    {
        var sixth = work.Interval / 6 < MaxRetryMessageDelay ? work.Interval / 6 : MaxRetryMessageDelay;
        var jittered = TimeSpan.FromMilliseconds(Backoff.Jitter(sixth.TotalMilliseconds));
        return jittered > retryAfter ? jittered : retryAfter;
    }

    private static long GiveUpAt(RetryRequest work) => new SlotGrid(work.Interval).FinalAt(work.Slot);

    /// <summary>The ids without a reading so far, with why.</summary>
    private sealed class Leftovers(IReadOnlyList<long> ids)
    {
        private readonly Dictionary<MissReason, TimeSpan> _retryAfter = [];
        private readonly List<(long Id, MissReason Reason, TimeSpan Wish)> _later = [];
        private List<MissReason> _reasons = [];

        /// <summary>Those that may be tried again soon.</summary>
        public IReadOnlyList<long> Ids { get; private set; } = ids;

        /// <summary>Those, and the ones of which the provider asked for a longer pause.</summary>
        public IReadOnlyList<long> All => _later.Count == 0 ? Ids : [.. Ids, .. _later.Select(left => left.Id)];

        /// <summary>The longest that the provider asked to wait in the last pass, of those that may be tried again soon.</summary>
        public TimeSpan RetryAfter { get; private set; }

        /// <summary>Takes what a pass came to: readings into <paramref name="points"/>, definite misses returned, the rest left over.</summary>
        public List<Miss> Take(FetchPass pass, List<DataPoint> points, long slot)
        {
            var missed = new List<Miss>();
            var ids = new List<long>();
            var reasons = new List<MissReason>();
            RetryAfter = TimeSpan.Zero;
            for (var i = 0; i < pass.Ids.Count; i++)
            {
                ref readonly var outcome = ref pass.Outcomes[i];
                var id = pass.Ids[i];
                switch (outcome.Kind)
                {
                    case FetchOutcomeKind.Ok:
                        points.Add(new DataPoint(id, outcome.FollowerCount, outcome.FollowingCount, slot, outcome.RetrievedAt, outcome.Username!));
                        break;
                    case FetchOutcomeKind.NotFound:
                        missed.Add(new Miss(id, outcome.Reason));
                        break;
                    default:
                        var reason = Better(outcome.Reason, _reasons.Count > 0 ? _reasons[i] : outcome.Reason);
                        if (outcome.RetryAfter is { } wish && wish > MaxQuickWait)
                        {
                            _later.Add((id, reason, wish));
                            break;
                        }
                        if (outcome.RetryAfter is { } wait && wait > _retryAfter.GetValueOrDefault(outcome.Reason))
                            _retryAfter[outcome.Reason] = wait;
                        ids.Add(id);
                        reasons.Add(reason);
                        if (outcome.RetryAfter > RetryAfter)
                            RetryAfter = outcome.RetryAfter.Value;
                        break;
                }
            }
            Ids = ids;
            _reasons = reasons;
            return missed;
        }

        /// <summary>Those that wait together, with the longest that the provider asked to wait for any of them: one throttled influencer holds up no other.</summary>
        /// <param name="before">Why an earlier visit failed, for ids that were not asked in this one.</param>
        /// <param name="left">Until the slot is over.</param>
        public IEnumerable<(MissReason Reason, List<long> Ids, TimeSpan Wish)> ToHandOver(MissReason before, TimeSpan left)
        {
            var soon = Ids.Select((id, index) => (Id: id, Reason: Better(_reasons.Count > 0 ? _reasons[index] : MissReason.NotReached, before)))
                .GroupBy(pair => pair.Reason, pair => pair.Id)
                .Select(group => (group.Key, group.ToList(), _retryAfter.GetValueOrDefault(group.Key)));
            var later = _later.GroupBy(pair => (pair.Reason, IsWithin: pair.Wish < left))
                .Select(group => (group.Key.Reason, group.Select(pair => pair.Id).ToList(), group.Max(pair => pair.Wish)));
            return soon.Concat(later);
        }

        // What the provider did says more than that it was not asked, and the breaker more than that there was no time.
        private static MissReason Better(MissReason now, MissReason before) => Telling(now) >= Telling(before) ? now : before;

        private static int Telling(MissReason reason) => reason switch
        {
            default(MissReason) or MissReason.NotReached => 0,
            MissReason.CircuitOpen => 1,
            _ => 2,
        };
    }
}
