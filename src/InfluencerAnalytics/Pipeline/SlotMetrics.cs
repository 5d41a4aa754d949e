using System.Diagnostics.Metrics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Pipeline;

/// <summary>
/// The last slots of the deployment, and the roster, as last read: what the last final one came to is in instruments of the <see cref="ProgramMeter"/>, which do not ask the store
/// themselves. Every process says it of the same slots, so that the figures are gauges, not to be added up over processes. Safe for concurrent use.
/// </summary>
internal sealed class SlotMetrics
{
    private const int SlotsShown = 10;

    private static readonly long LookBackMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    private readonly IGenerationStore _generations;
    private readonly IRosterStore _roster;
    private readonly ISlotStore _slots;
    private readonly TimeProvider _timeProvider;

    // Of the generation that was looked at last. Replaced as a whole; two reads that do so at once do no harm.
    private volatile FirstSlot? _firstSlot;
    private volatile RecentSlots? _last;

    /// <param name="generations">Say what is in force.</param>
    /// <param name="roster">Says how many there are.</param>
    /// <param name="slots">The records.</param>
    /// <param name="timeProvider">Says which slots are the last.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public SlotMetrics(IGenerationStore generations, IRosterStore roster, ISlotStore slots, TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        (_generations, _roster, _slots, _timeProvider) = (generations, roster, slots, timeProvider);
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        meter.CreateObservableGauge($"{ProgramMeter.Name}.roster.influencers", ObserveRoster, "{influencer}", "Influencers on the roster now, by state: tracked, or gone.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.coverage", () => Observe(static slot => slot.Coverage), "1", "Of the last final slot: the share of the tracked that has a data point.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.covered", () => Observe<long>(static slot => slot.Covered), "{influencer}", "Of the last final slot: tracked influencers that have a data point.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.tracked", () => Observe<long>(static slot => slot.Tracked), "{influencer}", "Of the last final slot: influencers that were tracked when it began.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.gone", () => Observe<long>(static slot => slot.Gone), "{influencer}", "Of the last final slot: influencers that were gone when it began.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.others", () => Observe<long>(static slot => slot.Others), "{data_point}", "Of the last final slot: data points of influencers that it does not count.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.missed", ObserveMissed, "{influencer}", "Of the last final slot: tracked influencers without a data point, by reason.");
        meter.CreateObservableGauge($"{ProgramMeter.Name}.slot.age", ObserveAge, "s", "How long ago the last final slot began: at most about three intervals.");
    }

    private RecentSlot? LastFinal => _last?.Slots.LastOrDefault(static slot => slot.IsFinal);

    /// <summary>Reads the last ten slots.</summary>
    /// <exception cref="StoreUnavailableException">The store is away. Until they are read again, nothing is said of them.</exception>
    public async ValueTask<RecentSlots> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var generations = await _generations.ReadGenerationsAsync(cancellationToken);
            var counts = await _roster.CountRosterAsync(cancellationToken);
            IReadOnlyList<RecentSlot> slots = generations.Sealed is null ? [] : await ReadSlotsAsync(generations.Sealed, counts, cancellationToken);
            return _last = new RecentSlots(generations.Sealed, counts, slots);
        }
        catch (StoreUnavailableException)
        {
            _last = null;
            throw;
        }
    }

    private async ValueTask<IReadOnlyList<RecentSlot>> ReadSlotsAsync(SealedGeneration generation, RosterCounts counts, CancellationToken cancellationToken)
    {
        var now = NowMs;
        var grid = new SlotGrid(generation.Interval);
        var last = grid.SlotAt(now);
        var first = last - (SlotsShown - 1) * grid.IntervalMs;
        // Once a first slot is known that is older than what is shown, the day before need not be read again.
        var known = _firstSlot is { } found && found.Generation == generation.Generation ? found.Slot : long.MaxValue;
        var records = await _slots.ReadSlotsAsync(known <= first ? first : now - LookBackMs, last, cancellationToken);
        var start = Math.Min(known, FirstOf(generation, grid, records));
        _firstSlot = new FirstSlot(generation.Generation, start);

        var shown = new List<RecentSlot>(SlotsShown);
        var next = 0;
        for (var slot = first; slot <= last; slot += grid.IntervalMs)
        {
            while (next < records.Count && records[next].Slot < slot)
                next++;
            if (next < records.Count && records[next].Slot == slot)
                shown.Add(new RecentSlot(records[next], IsFinal(slot, grid, now)));
            else if (slot >= start)
                shown.Add(new RecentSlot(Unnoted(slot, grid, next > 0 ? records[next - 1] : null, counts), IsFinal(slot, grid, now)));
        }
        return shown;
    }

    // The first slot of the present interval: a later one without a record is a gap, an earlier one was before the deployment or never was, the interval
    // being another one. A seeding counts from the first slot that begins after it; when it changed no interval, records of this one go back further.
    private static long FirstOf(SealedGeneration generation, SlotGrid grid, IReadOnlyList<SlotSummary> records)
    {
        var start = grid.SlotAt(generation.SealedAt) + grid.IntervalMs;
        for (var i = records.Count - 1; i >= 0 && records[i].Interval == generation.Interval; i--)
            start = Math.Min(start, records[i].Slot);
        return start;
    }

    // For the moment until the slot keeper has noted it. Who was tracked in the slot before is nearer to the truth than who is now.
    private static SlotSummary Unnoted(long slot, SlotGrid grid, SlotSummary? before, RosterCounts counts) =>
        new(slot, grid.Interval, before?.Tracked ?? counts.Tracked, 0, 0, 0, new Dictionary<MissReason, long>()) { Gone = before?.Gone ?? counts.Gone };

    // What was reported in the last moment takes a little longer to be stored. Shown as final before, it would change afterwards.
    private static bool IsFinal(long slot, SlotGrid grid, long now) => now >= grid.FinalAt(slot) + grid.EarlyMs;

    private long NowMs => _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    private IEnumerable<Measurement<long>> ObserveRoster() =>
        _last?.Counts is { } counts ? [new(counts.Tracked, [new("state", "tracked")]), new(counts.Gone, [new("state", "gone")])] : [];

    private IEnumerable<Measurement<long>> ObserveMissed() =>
        LastFinal?.Missed.Select(static pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("reason", pair.Key))) ?? [];

    private IEnumerable<Measurement<double>> ObserveAge() => Observe<double>(slot => (NowMs - slot.Slot) / 1000.0);

    private IEnumerable<Measurement<T>> Observe<T>(Func<SlotSummary, T?> value) where T : struct =>
        LastFinal is { } slot && value(slot.Summary) is { } known ? [new Measurement<T>(known)] : [];

    private sealed record FirstSlot(long Generation, long Slot);
}
