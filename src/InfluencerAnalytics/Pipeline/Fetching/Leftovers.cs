using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>The ids of a visit without a reading so far, with why. For one visit at a time.</summary>
internal sealed class Leftovers(IReadOnlyList<long> ids)
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
                    if (outcome.RetryAfter is { } wish && wish > RetryRule.LongestPause)
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
