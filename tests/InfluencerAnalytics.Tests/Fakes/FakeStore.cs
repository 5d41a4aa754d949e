using System.Collections.Frozen;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;

namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>A store in memory that keeps the ports' promises, on a clock that the test moves; held against the contract suite, and against the embedded store step by step. Safe for concurrent use.</summary>
internal sealed partial class FakeStore(TimeProvider timeProvider) : IInfluencerStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(long Id, long Slot), DataPoint> _points = [];
    private readonly SortedDictionary<long, FakeMember> _roster = [];
    private readonly SortedDictionary<long, SlotRecord> _slots = [];
    private readonly Dictionary<long, (long Slot, string? Name)> _names = [];
    private readonly Dictionary<string, (string Owner, long Until)> _leases = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<string, (string Report, long At)> _processes = [];
    private readonly Dictionary<long, long> _allocatedAtVersion = [];
    private long _version;
    private long _lastGeneration;
    private readonly List<SealedGeneration> _sealings = [];
    private long _addedShards;
    private long? _requestedAfter;

    // As every store of the contract suite.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    // The last whole second of 32 bits, in 2106.
    private const long MaxSlot = uint.MaxValue * 1000L;

    /// <summary>What a call throws of which the workers that are tried with this store make no use: roll-ups, ranks of days, streams, and the latest changes.</summary>
    public Func<Exception> Unsupported { get; init; } = () => new NotSupportedException();

    /// <summary>While true every call fails with <see cref="StoreUnavailableException"/>, and the status says so.</summary>
    public bool IsAway { get; set; }

    /// <summary>While true only appends fail.</summary>
    public bool RefusesAppends { get; set; }

    /// <summary>Appends of more batches than this take longer than they are waited for.</summary>
    public int MostBatches { get; set; } = int.MaxValue;

    /// <summary>What an append throws that holds this batch, or null; nothing of the append is then stored.</summary>
    public Func<DataPointBatch, Exception?>? Fault { get; set; }

    /// <summary>The most influencers that have points though they never were on the roster.</summary>
    public int MaxForeign { get; set; } = int.MaxValue;

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

    private GenerationState Generations => new(_lastGeneration, Last);

    private SealedGeneration? Last => _sealings.Count > 0 ? _sealings[^1] : null;

    private long NowMs => (timeProvider.GetUtcNow() + ClockAhead).ToUnixTimeMilliseconds();

    public ValueTask<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(new StoreStatus("fake", !IsAway, IsAway ? "The store is away." : OutageOf(Generations.Interval), null, null, null));
    }

    public ValueTask<AppendResult> AppendAsync(IReadOnlyList<DataPointBatch> batches, CancellationToken cancellationToken)
    {
        if (RefusesAppends)
            throw new StoreUnavailableException("The store refuses.");
        if (batches.Count > MostBatches)
            throw new StoreUnavailableException("The store did not answer in time.");
        return DoAsync("append", cancellationToken, () =>
        {
            foreach (var batch in batches)
            {
                if (!CanBeStored(batch))
                    throw new StoreRefusedException("A batch can never be stored.");
                if (Fault?.Invoke(batch) is { } fault)
                    throw fault;
            }
            var inserted = 0;
            var duplicates = 0;
            var refused = 0;
            var expired = 0;
            foreach (var batch in batches)
            {
                if (batch.Slot < NowMs - (long)KeptFor.TotalMilliseconds)
                {
                    expired += batch.Points.Count;
                    continue;
                }
                var record = SlotOf(batch.Slot, batch.Interval);
                foreach (var point in batch.Points)
                {
                    if (IsForeignTooMany(point.InfluencerId))
                    {
                        refused++;
                        continue;
                    }
                    if (!_points.TryAdd((point.InfluencerId, point.Slot), point))
                    {
                        duplicates++;
                        continue;
                    }
                    inserted++;
                    if (!_names.TryGetValue(point.InfluencerId, out var newest) || newest.Slot < point.Slot)
                        _names[point.InfluencerId] = (point.Slot, point.Username);
                    if (_roster.TryGetValue(point.InfluencerId, out var member) && member.Read(batch.Slot, batch.Interval))
                        _version++;
                }
                foreach (var miss in batch.Missed)
                {
                    if (_roster.TryGetValue(miss.InfluencerId, out var member) && member.At(batch.Slot) == InfluencerStatus.Tracked)
                        record.Missed[miss.InfluencerId] = miss.Reason;
                    if (miss.Reason == MissReason.NotFound)
                        NotFound(miss.InfluencerId, batch);
                }
                Settle(batch);
            }
            return new AppendResult(inserted, duplicates, expired, refused);
        });
    }

    public ValueTask<RosterAddResult> AddInfluencersAsync(IReadOnlyList<long> ids, long expectedSealedGeneration, CancellationToken cancellationToken) =>
        DoAsync("add", cancellationToken, () =>
        {
            if (ids.Any(id => !InfluencerIds.IsValid(id)))
                throw new ArgumentException("One of them is not an influencer's id.", nameof(ids));
            if ((Last?.Generation ?? 0) != expectedSealedGeneration)
                return new RosterAddResult(false, 0, 0);
            var added = 0;
            _version++;
            foreach (var id in ids)
            {
                if (!_roster.TryGetValue(id, out var member))
                    _roster[id] = member = new FakeMember();
                if (member.IsIn)
                    continue;
                added++;
                member.Add(NowMs, _version);
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
                var open = NowMs - 2 * (long)Generations.Interval.TotalMilliseconds + 1;
                member.Remove(open, _points.Keys.Where(key => key.Id == id).Select(key => key.Slot), _version);
                Forget(id, member);
            }
            return removed;
        });

    public ValueTask<IReadOnlyList<RosterEntry>> ReadRosterAsync(long afterId, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<RosterEntry>>("read roster", cancellationToken, () =>
            [.. _roster.Where(pair => pair.Key > afterId && pair.Value.IsIn).Take(limit).Select(pair => pair.Value.ToEntry(pair.Key, NameOf(pair.Key)))]);

    public ValueTask<IReadOnlyList<long>> ReadAddedSinceAsync(long rosterVersion, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<long>>("read added", cancellationToken, () =>
            [.. _roster.Where(pair => pair.Value.IsIn && pair.Value.AddedVersion > rosterVersion).Select(pair => pair.Key)]);

    public ValueTask<RosterEntry?> FindInfluencerAsync(long influencerId, CancellationToken cancellationToken) =>
        DoAsync("find", cancellationToken, () => _roster.TryGetValue(influencerId, out var member) ? member.ToEntry(influencerId, NameOf(influencerId)) : null);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadUsernamesAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyDictionary<long, string>>("read usernames", cancellationToken, () =>
            ids.Distinct().Select(id => (Id: id, Name: NameOf(id))).Where(one => one.Name is not null).ToDictionary(one => one.Id, one => one.Name!));

    public ValueTask<RosterPage> SearchRosterAsync(RosterSearch search, CancellationToken cancellationToken) => DoAsync("search roster", cancellationToken, () =>
    {
        var all = _roster.Keys.Select(MemberOf).OfType<RosterMember>().Where(member => search.Wants(member.State)).Select(member => (Member: member, Place: PlaceOf(member, search.Prefix)));
        var wanted = all.Where(one => search.Prefix is not { } prefix || (one.Member.Username is not null && one.Place.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(one => one.Place.Name, StringComparer.Ordinal).ThenBy(one => one.Place.InfluencerId)
            .SkipWhile(one => string.CompareOrdinal(one.Place.Name, search.After.Name) is var order && (order < 0 || (order == 0 && one.Place.InfluencerId <= search.After.InfluencerId)))
            .Take(search.Limit + 1).ToList();
        return wanted.Count > search.Limit
            ? new RosterPage([.. wanted.SkipLast(1).Select(one => one.Member)], wanted[^2].Place)
            : new RosterPage([.. wanted.Select(one => one.Member)], null);
    });

    public ValueTask<RosterMember?> FindMemberAsync(long influencerId, CancellationToken cancellationToken) =>
        DoAsync("find member", cancellationToken, () => MemberOf(influencerId));

    public ValueTask<RosterSnapshot?> ReadRosterSnapshotAsync(RosterSnapshot known, CancellationToken cancellationToken) =>
        DoAsync("snapshot", cancellationToken, () =>
        {
            MendMoments();
            if (known.Version == _version)
                return null;
            var settled = _sealings.FindLast(one => one.SealedAt + 2 * _sealings.Max(any => (long)any.Interval.TotalMilliseconds) <= NowMs);
            var since = settled is null ? 0 : _allocatedAtVersion[settled.Generation];
            return new RosterSnapshot(
                _version,
                _roster.Where(pair => pair.Value.Status == InfluencerStatus.Removed && pair.Value.RemovedVersion > since).Select(pair => pair.Key).ToFrozenSet(),
                _roster.Where(pair => pair.Value.Status == InfluencerStatus.Gone).ToFrozenDictionary(pair => pair.Key, pair => pair.Value.NextTry),
                [.. KeptSealings().Select(one => new Sealing(one.Generation, one.SealedAt, one.Interval))]);
        });

    public ValueTask<RosterCounts> CountRosterAsync(CancellationToken cancellationToken) => DoAsync("count", cancellationToken, () => new RosterCounts(
        _roster.Values.Count(member => member.Status == InfluencerStatus.Tracked),
        _roster.Values.Count(member => member.Status == InfluencerStatus.Gone),
        _version));

    public ValueTask<GenerationState> ReadGenerationsAsync(CancellationToken cancellationToken) =>
        DoAsync("read generations", cancellationToken, () =>
        {
            MendMoments();
            return Generations with
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

    public async ValueTask WriteProcessAsync(ProcessReport report, CancellationToken cancellationToken) =>
        await DoAsync("write process", cancellationToken, () =>
        {
            foreach (var (id, _) in _processes.Where(pair => NowMs - pair.Value.At > IProcessStore.KeptFor.TotalMilliseconds).ToList())
                _processes.Remove(id);
            return _processes[report.Id] = (report.ToJson(), NowMs);
        });

    public ValueTask<IReadOnlyList<ReportedProcess>> ReadProcessesAsync(TimeSpan within, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<ReportedProcess>>("read processes", cancellationToken, () =>
            [.. _processes.Select(pair => new ReportedProcess(ProcessReport.Parse(pair.Key, pair.Value.Report), TimeSpan.FromMilliseconds(NowMs - pair.Value.At))).Where(one => one.Age <= within)]);

    public async ValueTask NoteSlotAsync(long slot, TimeSpan interval, CancellationToken cancellationToken) =>
        await DoAsync("note", cancellationToken, () => SlotOf(slot, interval));

    public ValueTask<IReadOnlyList<SlotSummary>> ReadSlotsAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<SlotSummary>>("read slots", cancellationToken, () =>
            [.. _slots.Where(pair => pair.Key >= startMs && pair.Key <= endMs).Select(pair => Summarize(pair.Key, pair.Value))]);

    public ValueTask<IReadOnlyList<SlotSum>> ReadSlotHoursAsync(long startMs, long endMs, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<SlotSum>>("read slot hours", cancellationToken, () =>
            [.. SlotSum.Together(_slots.Select(pair => SlotSum.Of(Summarize(pair.Key, pair.Value))), 3_600_000).Where(hour => hour.Start >= startMs && hour.Start <= endMs)]);

    public ValueTask<SlotsKeptSince> ReadSlotsKeptSinceAsync(CancellationToken cancellationToken) => DoAsync("read slots kept", cancellationToken, () =>
        _slots.Count == 0 ? default : new SlotsKeptSince(_slots.First().Key, _slots.First().Key / 3_600_000 * 3_600_000));

    public ValueTask<IReadOnlyList<DayRank>> ReadDayRanksAsync(long influencerId, long startMs, long endMs, CancellationToken cancellationToken) => throw Unsupported();

    public ValueTask<IReadOnlyList<DataPoint>> ReadPointsAsync(long influencerId, long startMs, long endMs, int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<DataPoint>>("read points", cancellationToken, () =>
            [.. _points.Values.Where(point => point.InfluencerId == influencerId && point.Slot >= startMs && point.Slot <= endMs).Take(limit)]);

    public ValueTask<IReadOnlyList<Rollup>> ReadRollupsAsync(
        long influencerId, RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) => throw Unsupported();

    public ValueTask<DataPoint?> ReadPointAtOrBeforeAsync(long influencerId, long atMs, long notBeforeMs, CancellationToken cancellationToken) =>
        throw Unsupported();

    public ValueTask<KeptSince> ReadKeptSinceAsync(CancellationToken cancellationToken) => throw Unsupported();

    public IAsyncEnumerable<DataPoint> ReadAllPointsAsync(long startMs, long endMs, CancellationToken cancellationToken) => throw Unsupported();

    public IAsyncEnumerable<Rollup> ReadAllRollupsAsync(RollupPeriod period, long startMs, long endMs, CancellationToken cancellationToken) =>
        throw Unsupported();

    public ValueTask<int> ImportRollupsAsync(IReadOnlyList<Rollup> rollups, CancellationToken cancellationToken) => throw Unsupported();

    public ValueTask<LatestPage> ReadLatestChangesAsync(string? cursor, int limit, ICollection<LatestPoint> into, CancellationToken cancellationToken) =>
        throw Unsupported();

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

    private IEnumerable<SealedGeneration> KeptSealings()
    {
        var young = NowMs - (long)Sealing.KeptFor.TotalMilliseconds;
        return _sealings.TakeLast(Math.Clamp(_sealings.Count(one => one.SealedAt >= young), Sealing.MinKept, Sealing.MaxKept));
    }

    private SlotRecord SlotOf(long slot, TimeSpan interval)
    {
        if (!_slots.TryGetValue(slot, out var record))
            _slots[slot] = record = new SlotRecord { Interval = interval };
        return record;
    }

    private static bool CanBeStored(DataPointBatch batch) =>
        batch.Slot is > 0 and <= MaxSlot && batch.Slot % 1000 == 0 && SlotGrid.IsValidInterval(batch.Interval)
        && batch.Points.All(point => InfluencerIds.IsValid(point.InfluencerId) && point.FollowerCount >= 0 && point.FollowingCount >= 0)
        && batch.Missed.All(miss => InfluencerIds.IsValid(miss.InfluencerId) && Enum.IsDefined(miss.Reason));

    private bool IsForeignTooMany(long id)
    {
        if (MaxForeign == int.MaxValue || _roster.ContainsKey(id))
            return false;
        var foreign = _points.Keys.Select(key => key.Id).Where(other => !_roster.ContainsKey(other)).ToHashSet();
        return !foreign.Contains(id) && foreign.Count >= MaxForeign;
    }

    private void NotFound(long id, DataPointBatch batch)
    {
        if (!_roster.TryGetValue(id, out var member) || _points.Keys.Any(key => key.Id == id && key.Slot >= batch.Slot))
            return;
        if (member.NotFound(batch.Slot, batch.Interval, NowMs))
            _version++;
        if (!member.MayGo || IsOutage(batch.Interval))
            return;
        member.Go(batch.Interval);
        Forget(id, member);
        _version++;
    }

    // What was counted of slots in which it turns out not to be tracked.
    private void Forget(long id, FakeMember member)
    {
        foreach (var (slot, record) in _slots)
        {
            if (member.At(slot) != InfluencerStatus.Tracked)
                record.Missed.Remove(id);
        }
    }

    /// <summary>As a store does that was closed and opened again.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            foreach (var member in _roster.Values)
                member.Restart(NowMs);
        }
    }

    private void Settle(DataPointBatch batch)
    {
        if (!IsOutage(batch.Interval))
            return;
        foreach (var member in _roster.Values.Where(member => member.Status == InfluencerStatus.Gone && HasTurned(member, batch.Interval)))
        {
            member.ComeBack(batch.Slot + (long)batch.Interval.TotalMilliseconds);
            _version++;
        }
    }

    private string? OutageOf(TimeSpan interval) => IsOutage(interval)
        ? $"The provider does not know {_roster.Values.Count(member => member.IsIn && HasTurned(member, interval))} of {_roster.Values.Count(member => member.IsIn)} influencers."
        : null;

    private static RosterPlace PlaceOf(RosterMember member, string? prefix) => new(prefix is null ? "" : Usernames.Fold(member.Username ?? ""), member.InfluencerId);

    private RosterMember? MemberOf(long id)
    {
        if (!_roster.TryGetValue(id, out var member))
            return null;
        var point = _points.Values.LastOrDefault(point => point.InfluencerId == id);
        var reported = _slots.Reverse().Where(slot => slot.Value.Missed.Count > 0 || _points.Values.Any(read => read.Slot == slot.Key)).Take(RosterStates.SlotsLookedAt);
        var missed = reported.Where(slot => slot.Value.Missed.ContainsKey(id)).Select(slot => (slot.Key, slot.Value.Missed[id], slot.Value.Interval)).FirstOrDefault();
        var (missedAt, reason, interval) = member.Status == InfluencerStatus.Gone ? (member.LastNotFound, MissReason.NotFound, default) : missed;
        return RosterStates.Of(member.Status, point.Slot, missedAt) is not { } state ? null : new RosterMember(id, NameOf(id), state)
        {
            AddedAt = member.AddedAt,
            Since = state == RosterState.Failing && point.Slot > 0 ? Math.Max(member.Since, point.Slot + (long)interval.TotalMilliseconds) : member.Since,
            NextTry = state == RosterState.Gone ? member.NextTry : 0,
            FollowerCount = point.FollowerCount,
            Slot = point.Slot,
            LastErrorAt = state is RosterState.Failing or RosterState.Gone ? missedAt : 0,
            LastError = state is RosterState.Failing or RosterState.Gone ? reason : default,
        };
    }

    private string? NameOf(long id) => _names.GetValueOrDefault(id).Name;

    private bool IsOutage(TimeSpan interval) =>
        NotFoundOutage.Is(_roster.Values.Count(member => member.IsIn && HasTurned(member, interval)), _roster.Values.Count(member => member.IsIn));

    private bool HasTurned(FakeMember member, TimeSpan interval) =>
        member.TurnedAt / 60_000 >= (NowMs / 1000 - NotFoundOutage.WindowSeconds(interval, FakeMember.GoneAfter)) / 60;

    // Everything follows from who was tracked when the slot began, and from the points and misses that there are.
    private SlotSummary Summarize(long slot, SlotRecord record)
    {
        var tracked = _roster.Where(pair => pair.Value.At(slot) == InfluencerStatus.Tracked).Select(pair => pair.Key).ToHashSet();
        var points = _points.Values.Where(point => point.Slot == slot).ToList();
        var read = points.Select(point => point.InfluencerId).ToHashSet();
        var missed = record.Missed.Where(miss => tracked.Contains(miss.Key) && !read.Contains(miss.Key)).GroupBy(miss => miss.Value);
        return new SlotSummary(
            slot, record.Interval, tracked.Count, points.Count, points.Aggregate((Int128)0, (sum, point) => sum + point.FollowerCount),
            points.Aggregate((Int128)0, (sum, point) => sum + point.FollowingCount), missed.ToDictionary(group => group.Key, group => (long)group.Count()))
        {
            Covered = read.Count(tracked.Contains),
            Gone = _roster.Values.Count(member => member.At(slot) == InfluencerStatus.Gone),
        };
    }

    private sealed class SlotRecord
    {
        public TimeSpan Interval { get; init; }

        public Dictionary<long, MissReason> Missed { get; } = [];
    }
}
