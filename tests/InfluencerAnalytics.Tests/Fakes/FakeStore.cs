using System.Collections.Frozen;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A store in memory that keeps the ports' promises, on a clock that the test moves. Safe for concurrent use.</summary>
internal sealed class FakeStore(TimeProvider timeProvider) : IInfluencerStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(long Id, long Slot), DataPoint> _points = [];
    private readonly SortedDictionary<long, Member> _roster = [];
    private readonly SortedDictionary<long, SlotRecord> _slots = [];
    private readonly Dictionary<string, (string Owner, long Until)> _leases = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<long, long> _allocatedAtVersion = [];
    private long _version;
    private long _lastGeneration;
    private readonly List<SealedGeneration> _sealings = [];
    private long _addedShards;
    private long? _requestedAfter;

    /// <summary>While true every call fails with <see cref="StoreUnavailableException"/>, and the status says so.</summary>
    public bool IsAway { get; set; }

    /// <summary>While true only appends fail.</summary>
    public bool RefusesAppends { get; set; }

    /// <summary>What an append throws that holds this batch, or null; nothing of the append is then stored.</summary>
    public Func<DataPointBatch, Exception?>? Fault { get; set; }

    /// <summary>Called with the name of each operation before it does anything and, with ":done" behind, after it. May throw.</summary>
    public Func<string, ValueTask>? OnStep { get; set; }

    /// <summary>How long each call takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Every point stored.</summary>
    public IReadOnlyList<DataPoint> Points
    {
        get
        {
            lock (_lock)
                return [.. _points.Values];
        }
    }

    /// <summary>Tracked and gone ids.</summary>
    public IReadOnlyList<long> Roster
    {
        get
        {
            lock (_lock)
                return [.. _roster.Where(pair => pair.Value.IsIn).Select(pair => pair.Key)];
        }
    }

    public SealedGeneration? Sealed
    {
        get
        {
            lock (_lock)
                return Last;
        }
    }

    /// <summary>What the store's clock shows beside the others'.</summary>
    public TimeSpan ClockAhead { get; set; }

    private SealedGeneration? Last => _sealings.Count > 0 ? _sealings[^1] : null;

    private long NowMs => (timeProvider.GetUtcNow() + ClockAhead).ToUnixTimeMilliseconds();

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new StoreStatus("fake", !IsAway, IsAway ? "The store is away." : null, null, null, null));

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        if (RefusesAppends)
            throw new StoreUnavailableException("The store refuses.");
        return DoAsync("append", cancellationToken, () =>
        {
            foreach (var batch in batches)
            {
                if (batch.Slot <= 0 || batch.Slot % 1000 != 0 || batch.Points.Any(point => !InfluencerIds.IsValid(point.InfluencerId) || point.FollowerCount < 0 || point.FollowingCount < 0))
                    throw new StoreRefusedException("A batch can never be stored.");
                if (Fault?.Invoke(batch) is { } fault)
                    throw fault;
            }
            var inserted = 0;
            var duplicates = 0;
            foreach (var batch in batches)
            {
                var slot = SlotOf(batch.Slot, batch.Interval);
                foreach (var point in batch.Points)
                {
                    if (!_points.TryAdd((point.InfluencerId, point.Slot), point))
                    {
                        duplicates++;
                        continue;
                    }
                    inserted++;
                    slot.Stored++;
                    ComeBack(point.InfluencerId);
                }
                foreach (var miss in batch.Missed)
                {
                    if (!slot.Missed.TryAdd(miss.InfluencerId, miss.Reason))
                        continue;
                    if (miss.Reason == MissReason.NotFound)
                        Go(miss.InfluencerId, batch);
                }
            }
            return new AppendResult(inserted, duplicates, 0);
        });
    }

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        DoAsync("add", cancellationToken, () =>
        {
            if ((Last?.Generation ?? 0) != expectedSealedGeneration)
                return new RosterAddResult(false, 0, 0);
            var added = 0;
            _version++;
            foreach (var id in ids)
            {
                if (_roster.TryGetValue(id, out var member) && member.IsIn)
                    continue;
                added++;
                _roster[id] = new Member { Status = InfluencerStatus.Tracked, AddedAt = NowMs, AddedVersion = _version };
            }
            if (added > 0 && Last is { } last)
                _addedShards += (ids.Count + last.ShardSize - 1) / last.ShardSize;
            return new RosterAddResult(true, added, ids.Count - added);
        });

    public ValueTask<int> RemoveInfluencersAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        DoAsync("remove", cancellationToken, () =>
        {
            var removed = 0;
            _version++;
            foreach (var id in ids)
            {
                if (!_roster.TryGetValue(id, out var member) || !member.IsIn)
                    continue;
                removed++;
                member.Status = InfluencerStatus.Removed;
                member.RemovedVersion = _version;
            }
            return removed;
        });

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<RosterEntry>>("read roster", cancellationToken, () =>
            [.. _roster.Where(pair => pair.Key > afterId && pair.Value.IsIn).Take(limit).Select(pair => pair.Value.ToEntry(pair.Key))]);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<long>>("read added", cancellationToken, () =>
            [.. _roster.Where(pair => pair.Value.IsIn && pair.Value.AddedVersion > rosterVersion).Select(pair => pair.Key)]);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) =>
        DoAsync("find", cancellationToken, () => _roster.TryGetValue(influencerId, out var member) ? member.ToEntry(influencerId) : null);

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(long knownVersion, CancellationToken cancellationToken) =>
        DoAsync("snapshot", cancellationToken, () =>
        {
            MendMoments();
            if (knownVersion == _version)
                return null;
            var settled = _sealings.FindLast(one => one.SealedAt + 2 * _sealings.Max(any => (long)any.Interval.TotalMilliseconds) <= NowMs);
            var since = settled is null ? 0 : _allocatedAtVersion[settled.Generation];
            return new RosterSnapshot(
                _version,
                Last?.Generation ?? 0,
                Last?.Interval ?? TimeSpan.FromMinutes(1),
                _roster.Where(pair => pair.Value.Status == InfluencerStatus.Removed && pair.Value.RemovedVersion > since).Select(pair => pair.Key).ToFrozenSet(),
                _roster.Where(pair => pair.Value.Status == InfluencerStatus.Gone).ToFrozenDictionary(pair => pair.Key, pair => pair.Value.NextTry),
                [.. _sealings.TakeLast(Sealing.MinKept).Select(one => new Sealing(one.Generation, one.SealedAt, one.Interval))]);
        });

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) => DoAsync("count", cancellationToken, () => new RosterCounts(
        _roster.Values.Count(member => member.Status == InfluencerStatus.Tracked),
        _roster.Values.Count(member => member.Status == InfluencerStatus.Gone),
        _version));

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) =>
        DoAsync("read generations", cancellationToken, () =>
        {
            MendMoments();
            return new GenerationState(_lastGeneration, Last)
            {
                SinceSealed = Last is { } last ? TimeSpan.FromMilliseconds(NowMs - last.SealedAt) : TimeSpan.Zero,
                AddedShards = _addedShards,
                RequestedAfter = _requestedAfter,
            };
        });

    public ValueTask<long> AllocateGenerationAsync(CancellationToken cancellationToken) => DoAsync("allocate", cancellationToken, () =>
    {
        _allocatedAtVersion[++_lastGeneration] = _version;
        return _lastGeneration;
    });

    public ValueTask<bool> TrySealGenerationAsync(SealedGeneration generation, long rosterVersion, CancellationToken cancellationToken) =>
        DoAsync("seal", cancellationToken, () =>
        {
            if (Last is { } last && last.Generation > generation.Generation)
                return false;
            if (_roster.Values.Any(member => member.IsIn && member.AddedVersion > rosterVersion))
                return false;
            _sealings.Add(generation with { SealedAt = NowMs });
            _addedShards = 0;
            _version++;
            return true;
        });

    public ValueTask<long> RequestGenerationAsync(CancellationToken cancellationToken) => DoAsync("request", cancellationToken, () =>
    {
        _requestedAfter = _lastGeneration;
        return _lastGeneration;
    });

    public ValueTask<bool> TryAcquireLeaseAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        DoAsync("lease", cancellationToken, () =>
        {
            if (_leases.TryGetValue(name, out var lease) && lease.Owner != owner && lease.Until > NowMs)
                return false;
            _leases[name] = (owner, NowMs + (long)duration.TotalMilliseconds);
            return true;
        });

    public async ValueTask ReleaseLeaseAsync(string name, string owner, CancellationToken cancellationToken) => await DoAsync("release", cancellationToken, () =>
        _leases.TryGetValue(name, out var lease) && lease.Owner == owner && _leases.Remove(name));

    public ValueTask<string?> ReadSettingAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("read setting", cancellationToken, () => _settings.GetValueOrDefault(name));

    public async ValueTask WriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        await DoAsync("write setting", cancellationToken, () => _settings[name] = value);

    public ValueTask<string> ReadOrWriteSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        DoAsync("agree on setting", cancellationToken, () => _settings.TryGetValue(name, out var kept) ? kept : _settings[name] = value);

    public async ValueTask NoteTrackedAsync(long slot, TimeSpan interval, long tracked, CancellationToken cancellationToken) =>
        await DoAsync("note", cancellationToken, () =>
        {
            var record = SlotOf(slot, interval);
            return record.Tracked = record.Tracked is null ? tracked : Math.Min(record.Tracked.Value, tracked);
        });

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<SlotSummary>>("read slots", cancellationToken, () =>
            [.. _slots.Where(pair => pair.Key >= startMs && pair.Key <= endMs).Select(pair => pair.Value.ToSummary(pair.Key))]);

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<DataPoint>>("read points", cancellationToken, () =>
            [.. _points.Values.Where(point => point.InfluencerId == influencerId && point.Slot >= startMs && point.Slot <= endMs).Take(limit)]);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(
        long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LatestPage> ReadLatestChangesAsync(long cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    // The action reads better as the last argument.
#pragma warning disable CA1068
    private async ValueTask<T> DoAsync<T>(string operation, CancellationToken cancellationToken, Func<T> action)
#pragma warning restore CA1068
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Latency > TimeSpan.Zero)
            await Task.Delay(Latency, timeProvider, cancellationToken);
        if (IsAway)
            throw new StoreUnavailableException("The store is away.");
        if (OnStep is { } begin)
            await begin($"store: {operation}");
        T result;
        lock (_lock)
            result = action();
        if (OnStep is { } end)
            await end($"store: {operation}:done");
        return result;
    }

    private void MendMoments()
    {
        for (var i = 0; i < _sealings.Count; i++)
        {
            if (_sealings[i].SealedAt <= NowMs)
                continue;
            _sealings[i] = _sealings[i] with { SealedAt = NowMs };
            _version++;
        }
    }

    private SlotRecord SlotOf(long slot, TimeSpan interval)
    {
        if (!_slots.TryGetValue(slot, out var record))
            _slots[slot] = record = new SlotRecord { Interval = interval };
        return record;
    }

    private void ComeBack(long id)
    {
        if (!_roster.TryGetValue(id, out var member) || member.Status != InfluencerStatus.Gone)
            return;
        member.Status = InfluencerStatus.Tracked;
        member.Answers = 0;
        _version++;
    }

    private void Go(long id, DataPointBatch batch)
    {
        if (!_roster.TryGetValue(id, out var member) || !member.IsIn)
            return;
        member.Status = InfluencerStatus.Gone;
        member.NextTry = GoneBackoff.NextTry(batch.Slot, batch.Interval, ++member.Answers);
        _version++;
    }

    private sealed class Member
    {
        public InfluencerStatus Status { get; set; }

        public long AddedAt { get; init; }

        public long AddedVersion { get; init; }

        public long RemovedVersion { get; set; }

        public int Answers { get; set; }

        public long NextTry { get; set; }

        public bool IsIn => Status is InfluencerStatus.Tracked or InfluencerStatus.Gone;

        public RosterEntry ToEntry(long id) => new(id, Status, null, AddedAt, Status == InfluencerStatus.Gone ? NextTry : 0);
    }

    private sealed class SlotRecord
    {
        public TimeSpan Interval { get; init; }

        public long? Tracked { get; set; }

        public long Stored { get; set; }

        public Dictionary<long, MissReason> Missed { get; } = [];

        public SlotSummary ToSummary(long slot) => new(
            slot, Interval, Tracked ?? 0, Stored, 0, 0,
            Missed.Values.GroupBy(reason => reason).ToDictionary(group => group.Key, group => (long)group.Count()));
    }
}
