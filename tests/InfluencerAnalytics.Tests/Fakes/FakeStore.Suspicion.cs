using System.Globalization;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>Its verdicts.</summary>
internal sealed partial class FakeStore
{
    // In the order in which they were written; one that was replaced stays for its number.
    private readonly List<SuspicionVerdict> _verdicts = [];
    private readonly Dictionary<long, SuspicionVerdict> _newestVerdicts = [];
    private readonly List<SuspicionVerdict> _flagChanges = [];
    private readonly SortedDictionary<long, long> _failedChecks = [];

    /// <summary>The newest of each influencer.</summary>
    public IReadOnlyDictionary<long, SuspicionVerdict> Verdicts
    {
        get
        {
            lock (_lock)
                return new Dictionary<long, SuspicionVerdict>(_newestVerdicts);
        }
    }

    public ValueTask ReadLatestOfAsync(IReadOnlyList<long> influencerIds, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        new(DoAsync("read latest of", cancellationToken, () =>
        {
            foreach (var id in influencerIds)
            {
                var status = _roster.TryGetValue(id, out var member) ? member.Status : InfluencerStatus.Unknown;
                var point = _points.Where(pair => pair.Key.Id == id).Select(pair => (DataPoint?)pair.Value).LastOrDefault();
                if (member is not null || point is not null)
                    into.Add(new LatestPoint(id, point?.FollowerCount ?? 0, point?.FollowingCount ?? 0, point?.Slot ?? 0, point?.RetrievedAt ?? 0, status));
            }
            return true;
        }).AsTask());

    public ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken) =>
        DoAsync("write verdicts", cancellationToken, () =>
        {
            if (SuspicionVerdicts.WhyRefused(verdicts) is { } refusal)
                throw new StoreRefusedException(refusal);
            var written = 0;
            foreach (var verdict in SuspicionVerdicts.NewestOfEach(verdicts))
            {
                var isKnown = _newestVerdicts.TryGetValue(verdict.InfluencerId, out var kept);
                if (isKnown && !verdict.Replaces(kept, NowMs))
                    continue;
                _flagChanges.RemoveAll(change => change.InfluencerId == verdict.InfluencerId && change.CheckedAt >= verdict.CheckedAt);
                var before = _flagChanges.Where(change => change.InfluencerId == verdict.InfluencerId).OrderByDescending(change => change.CheckedAt).Take(1).ToList();
                if (before is not [var last] || last.IsSuspicious != verdict.IsSuspicious)
                {
                    _flagChanges.Add(verdict);
                    var ofIt = _flagChanges.Where(change => change.InfluencerId == verdict.InfluencerId).OrderByDescending(change => change.CheckedAt).ToList();
                    foreach (var old in ofIt.Skip(SuspicionVerdict.MostChangesKept))
                        _flagChanges.Remove(old);
                }
                _newestVerdicts[verdict.InfluencerId] = verdict;
                _verdicts.Add(verdict);
                written++;
            }
            return written;
        });

    public ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken) =>
        DoAsync("find verdict", cancellationToken, () => _newestVerdicts.TryGetValue(influencerId, out var verdict) ? verdict : (SuspicionVerdict?)null);

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<SuspicionVerdict>>("read flag history", cancellationToken, () =>
            [.. _flagChanges.Where(change => change.InfluencerId == influencerId).OrderByDescending(change => change.CheckedAt).Take(limit)]);

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlySet<long>>("find judged", cancellationToken, () => influencerIds.Where(id =>
            _newestVerdicts.TryGetValue(id, out var verdict) && verdict.CheckedAt >= sinceMs && verdict.CheckedAt <= NowMs + SuspicionVerdict.MostAhead.TotalMilliseconds).ToHashSet());

    public ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) =>
        DoAsync("read flags", cancellationToken, () =>
        {
            var at = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var known) && known <= _verdicts.Count ? known : 0;
            var end = Math.Min(_verdicts.Count, at + limit);
            foreach (var verdict in _verdicts[at..end])
                into.Add(verdict.Flag);
            return new FlagPage(end.ToString(CultureInfo.InvariantCulture), end < _verdicts.Count);
        });

    public async ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken) =>
        await DoAsync("count failed checks", cancellationToken, () => _failedChecks[dayMs] = _failedChecks.GetValueOrDefault(dayMs) + count);

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<FailedChecks>>("read failed checks", cancellationToken, () =>
            [.. _failedChecks.Where(pair => pair.Key >= fromDayMs && pair.Key <= toDayMs).Select(pair => new FailedChecks(pair.Key, pair.Value))]);
}
