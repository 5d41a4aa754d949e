using System.Globalization;
using InfluencerAnalytics.Embedded.Suspicion;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The verdicts of the provider. None of it takes the store's gate.</summary>
internal sealed partial class EmbeddedStore
{
    private readonly VerdictTable _verdicts = new(parts.Context);
    private readonly FailedCheckCounts _failedChecks = new(parts.Context);

    public ValueTask<int> WriteVerdictsAsync(IReadOnlyList<SuspicionVerdict> verdicts, CancellationToken cancellationToken) =>
        Beside(() => _verdicts.Write(verdicts), cancellationToken);

    public ValueTask<SuspicionVerdict?> FindVerdictAsync(long influencerId, CancellationToken cancellationToken) => Read(() => _verdicts.Find(influencerId), cancellationToken);

    public ValueTask<IReadOnlyList<SuspicionVerdict>> ReadFlagHistoryAsync(long influencerId, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SuspicionVerdict>>(() => _verdicts.ReadHistory(influencerId, limit), cancellationToken);

    public ValueTask<IReadOnlySet<long>> FindJudgedAsync(IReadOnlyList<long> influencerIds, long sinceMs, CancellationToken cancellationToken) =>
        Read<IReadOnlySet<long>>(() => _verdicts.FindJudged(influencerIds, sinceMs), cancellationToken);

    public ValueTask<FlagPage> ReadFlagChangesAsync(string? cursor, int limit, ICollection<SuspicionFlag> into, CancellationToken cancellationToken) =>
        Read(() =>
        {
            // What is no cursor of this store gives everything.
            var after = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var known) && _verdicts.IsKnown(known) ? known : 0;
            var (number, hasMore) = _verdicts.ReadOrder(after, limit, into);
            return new FlagPage(number.ToString(CultureInfo.InvariantCulture), hasMore);
        }, cancellationToken);

    public async ValueTask AddFailedChecksAsync(long dayMs, int count, CancellationToken cancellationToken) =>
        await Beside(() =>
        {
            _failedChecks.Add(dayMs, count);
            return true;
        }, cancellationToken);

    public ValueTask<IReadOnlyList<FailedChecks>> ReadFailedChecksAsync(long fromDayMs, long toDayMs, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<FailedChecks>>(() => _failedChecks.Read(fromDayMs, toDayMs), cancellationToken);

    // A write beside the gate takes room as any other.
    private ValueTask<T> Beside<T>(Func<T> write, CancellationToken cancellationToken) =>
        disk.RefuseAppend is { } refusal ? throw new StoreUnavailableException(refusal) : Read(write, cancellationToken);
}
