using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Tests.Leaderboard.Changes;

/// <summary>A store that has hours, the slots that a test says, and an interval of a minute.</summary>
internal sealed class HourStore : IDataPointStore, ISlotStore, IGenerationStore
{
    private readonly SortedDictionary<(long Id, long Start), Rollup> _hours = [];

    /// <summary>The sums of hours, by their starts.</summary>
    public SortedDictionary<long, SlotSum> Sums { get; } = [];

    /// <summary>The records of slots.</summary>
    public List<SlotSummary> Slots { get; } = [];

    /// <summary>While set, every method throws it.</summary>
    public string? Problem { get; set; }

    /// <summary>How often hours were read.</summary>
    public int Reads { get; private set; }

    public void Add(long id, long start, long last, int count) => _hours[(id, start)] = new Rollup(
        id, RollupPeriod.Hour, start, count, RollupColumn.Of(last + 1000).Add(last), RollupColumn.Of(1));

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new KeptSince(null, Hours.Count == 0 ? null : Hours.Keys.Min(key => key.Start), null));

    public async IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Reads++;
        period.ShouldBe(RollupPeriod.Hour);
        foreach (var rollup in Hours.Values.Where(rollup => rollup.Start >= startMs && rollup.Start <= endMs))
        {
            await Task.Yield();
            yield return rollup;
        }
    }

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) => Problem is null
        ? ValueTask.FromResult<IReadOnlyList<SlotSum>>([.. Sums.Values.Where(sum => sum.Start >= startMs && sum.Start <= endMs)])
        : throw new StoreUnavailableException(Problem);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) => Problem is null
        ? ValueTask.FromResult<IReadOnlyList<SlotSummary>>([.. Slots.Where(slot => slot.Slot >= startMs && slot.Slot <= endMs)])
        : throw new StoreUnavailableException(Problem);

    public ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => Problem is null
        ? ValueTask.FromResult(new GenerationState(1, new SealedGeneration(1, TimeSpan.FromMinutes(1), 500)))
        : throw new StoreUnavailableException(Problem);

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private SortedDictionary<(long Id, long Start), Rollup> Hours => Problem is null ? _hours : throw new StoreUnavailableException(Problem);
}
