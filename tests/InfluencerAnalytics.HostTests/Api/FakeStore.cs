using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.HostTests.Api;

/// <summary>A store in memory, for the API's tests: what the API reads is real, the pipeline's side is not there. Can be away.</summary>
internal sealed class FakeStore : IInfluencerStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(long Id, long Slot), DataPoint> _points = [];
    private readonly SortedDictionary<(RollupPeriod Period, long Id, long Start), Rollup> _rollups = [];
    private readonly SortedDictionary<long, RosterEntry> _roster = [];
    private readonly List<LatestPoint> _changes = [];

    /// <summary>While set, every method but the status throws it.</summary>
    public string? Away { get; set; }

    public GenerationState Generations { get; set; } = new(0, null);

    public List<SlotSummary> Slots { get; } = [];

    public Dictionary<string, string> Settings { get; } = [];

    public StoreStatus Status { get; set; } = new("fake", true, null, 1000, 1_000_000, 10);

    /// <summary>While set, streams over all points wait for it after so many that the answer has begun.</summary>
    public Task? StreamsHeld { get; set; }

    /// <summary>Points read in pages of every kind; shows how much a request read.</summary>
    public int PointReads { get; private set; }

    public void Track(params long[] ids)
    {
        foreach (var id in ids)
            SetStatus(id, InfluencerStatus.Tracked);
    }

    public void SetStatus(long id, InfluencerStatus status)
    {
        lock (_lock)
        {
            _roster[id] = new RosterEntry(id, status, _roster.GetValueOrDefault(id)?.Username, 1_000, 0);
            _changes.Add(LatestOf(id));
        }
    }

    public void Add(long id, long slot, long followers, long following)
    {
        lock (_lock)
        {
            var point = new DataPoint(id, followers, following, slot, slot + 250, $"influencer-{id}");
            _points[(id, slot)] = point;
            if (_roster.TryGetValue(id, out var entry))
                _roster[id] = entry with { Username = point.Username };
            _changes.Add(LatestOf(id));
        }
    }

    public void AddRollup(RollupPeriod period, long id, long start, RollupColumn followers, RollupColumn following, int count = 60)
    {
        lock (_lock)
            _rollups[(period, id, start)] = new Rollup(id, period, start, count, followers, following);
    }

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<DataPoint>>(() =>
        {
            PointReads++;
            return [.. PointsOf(influencerId, startMs, endMs).Take(limit)];
        });

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(
        long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Rollup>>(() => [.. RollupsOf(period).Where(rollup => rollup.InfluencerId == influencerId && rollup.Start >= startMs && rollup.Start <= endMs)]);

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        Answer(() => PointsOf(influencerId, notBeforeMs, atMs).Select(point => (DataPoint?)point).LastOrDefault());

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => Answer(() =>
    {
        var first = _points.Count == 0 ? (long?)null : _points.Values.Min(point => point.Slot);
        var hours = RollupsOf(RollupPeriod.Hour);
        var days = RollupsOf(RollupPeriod.Day);
        return new KeptSince(first, hours.Count == 0 ? null : hours.Min(hour => hour.Start), days.Count == 0 ? null : days.Min(day => day.Start));
    });

    public async IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var point in await Answer(() => _points.Values.Where(point => point.Slot >= startMs && point.Slot <= endMs).ToList()))
        {
            if (++count > 1000 && StreamsHeld is { } held)
                await held.WaitAsync(cancellationToken);
            yield return point;
        }
    }

    public async IAsyncEnumerable<Rollup> ReadAllRollupsAsync(
        RollupPeriod period, long startMs, long endMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var rollup in await Answer(() => RollupsOf(period).Where(rollup => rollup.Start >= startMs && rollup.Start <= endMs).ToList()))
            yield return rollup;
    }

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<RosterEntry>>(() =>
            [.. _roster.Values.Where(entry => entry.InfluencerId > afterId && entry.Status != InfluencerStatus.Removed).Take(limit)]);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) =>
        Answer(() => _roster.GetValueOrDefault(influencerId));

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) =>
        Answer(() => new RosterCounts(
            _roster.Values.Count(entry => entry.Status == InfluencerStatus.Tracked), _roster.Values.Count(entry => entry.Status == InfluencerStatus.Gone), 1));

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) => Answer(() => Generations);

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<SlotSummary>>(() => [.. Slots.Where(slot => slot.Slot >= startMs && slot.Slot <= endMs)]);

    /// <summary>What reading the latest waits for.</summary>
    public Task LatestHold { get; set; } = Task.CompletedTask;

    public async ValueTask<LatestPage> ReadLatestChangesAsync(long cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken)
    {
        await LatestHold;
        return await Answer(() =>
        {
            var page = _changes.Skip((int)cursor).Take(limit).ToList();
            foreach (var change in page)
                into.Add(change);
            return new LatestPage(cursor + page.Count, cursor + page.Count < _changes.Count);
        });
    }

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Away is null ? Status : Status with { Ready = false, Detail = Away });

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(long knownVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => Answer(() =>
    {
        Generations = Generations with { RequestedAfter = Generations.LastAllocated };
        return Generations.LastAllocated;
    });

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) => Answer(() => Settings.GetValueOrDefault(name));

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) => await Answer(() => Settings[name] = value);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        Answer(() => Settings.TryGetValue(name, out var kept) ? kept : Settings[name] = value);

    public ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) => throw new NotSupportedException();

    private ValueTask<T> Answer<T>(Func<T> read)
    {
        if (Away is { } reason)
            throw new StoreUnavailableException(reason);
        lock (_lock)
            return ValueTask.FromResult(read());
    }

    private IEnumerable<DataPoint> PointsOf(long id, long startMs, long endMs) =>
        _points.Values.Where(point => point.InfluencerId == id && point.Slot >= startMs && point.Slot <= endMs);

    private LatestPoint LatestOf(long id)
    {
        var status = _roster.GetValueOrDefault(id)?.Status ?? InfluencerStatus.Unknown;
        var latest = PointsOf(id, 0, long.MaxValue).LastOrDefault();
        return new LatestPoint(id, latest.FollowerCount, latest.FollowingCount, latest.Slot, latest.RetrievedAt, status);
    }

    // As the port says: what is not rolled up is computed from its points.
    private List<Rollup> RollupsOf(RollupPeriod period)
    {
        var step = period == RollupPeriod.Hour ? 3_600_000 : 86_400_000;
        var rollups = new SortedDictionary<(long Id, long Start), Rollup>();
        foreach (var point in _points.Values)
        {
            var start = point.Slot - point.Slot % step;
            rollups[(point.InfluencerId, start)] = rollups.TryGetValue((point.InfluencerId, start), out var rollup)
                ? rollup with { Count = rollup.Count + 1, Followers = rollup.Followers.Add(point.FollowerCount), Following = rollup.Following.Add(point.FollowingCount) }
                : new Rollup(point.InfluencerId, period, start, 1, RollupColumn.Of(point.FollowerCount), RollupColumn.Of(point.FollowingCount));
        }
        foreach (var ((kind, id, start), rollup) in _rollups)
        {
            if (kind == period)
                rollups[(id, start)] = rollup;
        }
        return [.. rollups.Values];
    }
}
