using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>
/// Makes the record of every slot, so that one for which nothing arrives shows as the gap that it is: also of those that went by while the store, or
/// this process, was away, or the machine slept. A jump of the clock is believed only once it has lasted: a clock that is wrong for moments leaves no records.
/// What a record says was tracked is the store's to know, however late it is made.
/// </summary>
internal sealed class SlotKeeper(
    ISlotStore slots,
    IGenerationStore generations,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<SlotKeeper> logger) : Worker("slot keeper", health, timeProvider, logger)
{
    // A round is short, so that a stop need not wait for it; a day of slots of 1 s takes 173 of them.
    private const int MaxNotesPerRound = 500;

    private static readonly long LookBackMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    // A time service that sets a clock wrongly, or an administrator, mends it within seconds; a gap may well show this much later.
    private static readonly TimeSpan BelievedAfter = TimeSpan.FromMinutes(1);

    private readonly ClockSteps _steps = new(timeProvider);
    private TimeSpan _interval = SlotGrid.IntervalBeforeSeeding;
    private long _noted;
    private long? _jumpedAt;

    protected override TimeSpan IdlePause => _interval / 20 < TimeSpan.FromSeconds(1) ? _interval / 20 : TimeSpan.FromSeconds(1);

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        // Before the look for a jump, which then cannot come between the two.
        var now = NowMs;
        if (HasJustJumped())
            return WorkResult.Idle;
        var state = await generations.ReadGenerationsAsync(stopping);
        if (state.Sealed is null)
            return WorkResult.Idle;
        var grid = new SlotGrid(state.Interval);
        var current = grid.SlotAt(now);
        // The present one first: what is behind it can wait.
        if (_interval != state.Interval || _noted == 0 || _noted > current)
        {
            await slots.NoteSlotAsync(current, state.Interval, stopping);
            (_interval, _noted) = (state.Interval, await FirstGapAsync(grid, current, stopping) - grid.IntervalMs);
        }
        for (var notes = 0; _noted < current; notes++)
        {
            if (notes == MaxNotesPerRound)
                return WorkResult.Worked;
            var next = Math.Max(_noted, grid.SlotAt(current - LookBackMs)) + grid.IntervalMs;
            await slots.NoteSlotAsync(next, _interval, stopping);
            _noted = next;
        }
        return WorkResult.Idle;
    }

    // By an interval or more: a smaller step leaves out no slot, and a clock that is stepped by a second every minute must not stop the records.
    private bool HasJustJumped()
    {
        if (_steps.Look() is { } step && step.Duration() >= _interval)
            _jumpedAt = TimeProvider.GetTimestamp();
        if (_jumpedAt is { } at && TimeProvider.GetElapsedTime(at) >= BelievedAfter)
            _jumpedAt = null;
        return _jumpedAt is not null;
    }

    // The first slot without a record behind one with: those before the deployment, or of another interval, were none.
    private async ValueTask<long> FirstGapAsync(SlotGrid grid, long current, CancellationToken cancellationToken)
    {
        var next = current;
        foreach (var record in await slots.ReadSlotsAsync(current - LookBackMs, current, cancellationToken))
        {
            if (record.Interval == grid.Interval && record.Slot > next)
                break;
            next = record.Interval == grid.Interval ? record.Slot + grid.IntervalMs : current;
        }
        return Math.Min(next, current);
    }
}
