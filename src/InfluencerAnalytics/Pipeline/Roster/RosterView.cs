using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Pipeline.Roster;

/// <summary>
/// What this fetcher knows of the roster, refreshed from the store. While the store is away the last snapshot goes on being used:
/// a fetcher never needs the store in order to fetch. Safe for concurrent use.
/// </summary>
internal sealed class RosterView(
    IRosterStore store,
    ProviderCheck provider,
    TimeSpan refresh,
    WorkerHealth health,
    TimeProvider timeProvider,
    ILogger<RosterView> logger) : Worker("roster view", health, timeProvider, logger)
{
    // An influencer that is gone is tried at least once an hour; a next try further off was set by a clock that was ahead.
    private static readonly long MaxPauseMs = (long)TimeSpan.FromHours(2).TotalMilliseconds;

    // A store that never answers holds up the first visit by so much, and no later one.
    private static readonly TimeSpan MaxFirstWait = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RosterSnapshot _snapshot = RosterSnapshot.None;
    private volatile bool _isFresh;
    private Task? _firstWait;

    /// <summary>The last snapshot read.</summary>
    public RosterSnapshot Snapshot => _snapshot;

    /// <summary>The interval in force, as far as is known.</summary>
    public TimeSpan Interval => _snapshot.Interval;

    /// <summary>Why nothing may be fetched, however it is with the roster: the store has another provider's readings. Null when all is well, or not known yet.</summary>
    public string? Refusal => provider.Refusal;

    protected override TimeSpan IdlePause => refresh;

    /// <summary>
    /// Waits for the first look at the store, whether it succeeds or fails, and no longer than 2 s from the first call on: nothing is asked of a provider whose readings do not
    /// belong into this store. For one caller.
    /// </summary>
    public Task FirstLookAsync(CancellationToken cancellationToken)
    {
        if (_firstLook.Task.IsCompleted)
            return Task.CompletedTask;
        _firstWait ??= Task.WhenAny(_firstLook.Task, Task.Delay(MaxFirstWait, TimeProvider, cancellationToken));
        return _firstWait;
    }

    /// <summary>
    /// Whether a shard is to be deleted instead of fetched for a slot: a generation above its own was sealed, and the first slot that began after that, in which
    /// the shards of that one begin, is not later. Decided by the moments that the store keeps, hence the same in every fetcher, however long it has run. Never
    /// so while the store cannot be read.
    /// </summary>
    public bool IsSuperseded(Shard shard, long slot)
    {
        if (!_isFresh)
            return false;
        var sealings = _snapshot.Sealings;
        for (var i = sealings.Count - 1; i >= 0 && sealings[i].Generation > shard.Generation; i--)
        {
            if (FirstSlotOf(sealings[i]) <= slot)
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether an influencer of a shard is to be asked for in a slot: not removed, and not gone with its next try still ahead. Who was removed may have been added again since the
    /// snapshot, by a shard sent after it: while the store cannot be read, one that may be so is asked for, since a reading too many costs nothing.
    /// </summary>
    /// <param name="shard">That holds it; null for one that is tried again, which was due a short while ago.</param>
    /// <param name="influencerId">Whom to ask for.</param>
    /// <param name="slot">The beginning of the slot, in epoch milliseconds.</param>
    public bool IsDue(Shard? shard, long influencerId, long slot)
    {
        var snapshot = _snapshot;
        if (snapshot.Removed.Count > 0 && snapshot.Removed.Contains(influencerId) && (_isFresh || !MayBeLater(shard, snapshot)))
            return false;
        return snapshot.GoneUntil.Count == 0 || !snapshot.GoneUntil.TryGetValue(influencerId, out var nextTry)
            || slot >= nextTry || nextTry - slot > MaxPauseMs;
    }

    private static bool MayBeLater(Shard? shard, RosterSnapshot snapshot) => shard is null || shard.IsOfAdded || shard.Generation > snapshot.SealedGeneration;

    private static long FirstSlotOf(Sealing sealing)
    {
        var grid = new SlotGrid(sealing.Interval);
        // By another clock, a sealing this shortly before a slot may have come after its beginning, and the new shards then begin one slot later.
        var margin = (long)SlotGrid.ClockDifferenceWithin(sealing.Interval).TotalMilliseconds;
        return grid.SlotAt(sealing.SealedAt + margin) + grid.IntervalMs;
    }

    protected override async ValueTask<WorkResult> WorkAsync(CancellationToken stopping)
    {
        try
        {
            if (await store.ReadRosterSnapshotAsync(_snapshot, stopping) is { } snapshot)
                _snapshot = snapshot;
            _isFresh = true;
            await provider.LookAsync(stopping);
            return WorkResult.Idle;
        }
        catch
        {
            _isFresh = false;
            throw;
        }
        finally
        {
            _firstLook.TrySetResult();
        }
    }
}
