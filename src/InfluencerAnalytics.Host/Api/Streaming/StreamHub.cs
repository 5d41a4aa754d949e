using System.Diagnostics.Metrics;
using System.Net;
using System.Net.ServerSentEvents;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>
/// Tells the clients of the stream what the leaderboard takes in: one look into a dictionary for each reading, whoever and however many listen, and no read of the store but for what
/// the leaderboard never saw. A client that does not take what it is told is dropped. Safe for concurrent use.
/// </summary>
internal sealed class StreamHub : ILatestListener, IDisposable
{
    /// <summary>That one client may listen to.</summary>
    public const int MostInfluencers = 100;

    private static readonly TimeSpan HeartbeatPause = TimeSpan.FromSeconds(15);

    // Beyond the time that a client takes to come back.
    private static readonly TimeSpan Lingering = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, WatchedInfluencer> _watched = [];
    private readonly HashSet<StreamSubscription> _clients = [];
    private readonly StreamDelivery _delivery = new();
    private readonly StreamNumbers _numbers = new();
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly PassedReadings _passed;
    private readonly StreamPlaces _places;
    private readonly StreamMemory _memory;
    private readonly int _mostWatched;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _heartbeat;
    private readonly CancellationTokenRegistration _stopping;
    private long _summarized;
    private bool _isToldOld;
    private bool _isOver;

    public StreamHub(
        InfluencerLeaderboard leaderboard, PassedReadings passed, ApiOptions options, TimeProvider timeProvider, IMeterFactory meters, IHostApplicationLifetime lifetime)
    {
        (_leaderboard, _passed, _timeProvider) = (leaderboard, passed, timeProvider);
        (_places, _memory, _mostWatched) = (new StreamPlaces(options), new StreamMemory(options.MaxStreamEvents), options.MaxStreams * MostInfluencers);
        var meter = meters.Create(ProgramMeter.Name);
        meter.CreateObservableGauge($"{ProgramMeter.Name}.stream.clients", () => Count, "{client}", "Clients of the stream now.");
        meter.CreateObservableCounter($"{ProgramMeter.Name}.stream.dropped", () => _delivery.Dropped, "{client}", "Clients of the stream that were dropped since they did not take what they were told.");
        _heartbeat = timeProvider.CreateTimer(_ => Beat(), null, HeartbeatPause, HeartbeatPause);
        // The server waits for answers that go on for as long as stopping may take; these would.
        _stopping = lifetime.ApplicationStopping.Register(End);
    }

    private int Count
    {
        get
        {
            lock (_lock)
                return _clients.Count;
        }
    }

    /// <summary>Lets a client in: it is told the latest of each influencer, or what it missed, and from then on what is new. Null when there is no place.</summary>
    /// <param name="ids">Whose readings, each once.</param>
    /// <param name="address">The client's; null for one that may take any place.</param>
    /// <param name="lastEventId">The last event that the client has; null for none.</param>
    /// <param name="breakOff">Ends the connection.</param>
    /// <param name="refusal">Why there is no place, a sentence.</param>
    public StreamSubscription? TryEnter(IReadOnlyList<long> ids, IPAddress? address, string? lastEventId, Action breakOff, out string? refusal)
    {
        lock (_lock)
        {
            refusal = _places.TryTake(address);
            if (refusal is not null)
                return null;
            var client = new StreamSubscription(ids, address, this, breakOff);
            _clients.Add(client);
            foreach (var id in ids)
                Watch(id).Watchers.Add(client);
            Greet(client, lastEventId);
            if (_isOver)
                client.End();
            return client;
        }
    }

    public void Leave(StreamSubscription client)
    {
        lock (_lock)
        {
            client.End();
            if (!_clients.Remove(client))
                return;
            _places.GiveBack(client.Address);
            foreach (var id in client.Ids)
            {
                if (!_watched.TryGetValue(id, out var watched) || !watched.Watchers.Remove(client) || watched.Watchers.Count > 0)
                    continue;
                watched.LeftAt = _timeProvider.GetTimestamp();
                // Clients that come for others each time must not fill the memory.
                if (_watched.Count > _mostWatched)
                    Forget(id);
            }
        }
    }

    public async ValueTask ChangedAsync(IReadOnlyList<LatestPoint> changes, CancellationToken cancellationToken)
    {
        IReadOnlyList<SlotStep> steps;
        lock (_lock)
        {
            if (_watched.Count == 0)
                return;
            steps = SlotStep.Of(changes, _watched);
        }
        // Not under the lock: the store is asked.
        var passed = await _passed.ReadAsync(steps, WatchedInfluencer.Kept, cancellationToken);
        lock (_lock)
        {
            for (var i = 0; i < changes.Count; i++)
            {
                if (_watched.TryGetValue(changes[i].InfluencerId, out var watched))
                    Tell(watched, changes[i], passed);
            }
        }
    }

    public void CaughtUp()
    {
        var summary = _leaderboard.Summarize();
        lock (_lock)
        {
            // Once an interval: when the first reading of a new slot is in. And when it is level again after clients were told that it is not.
            if (summary.AsOf <= _summarized && !_isToldOld)
                return;
            _summarized = Math.Max(_summarized, summary.AsOf);
            _isToldOld = false;
            if (_clients.Count > 0)
                _delivery.Push(Summary(_numbers.IdOf(_numbers.Last)), _clients);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _heartbeat.Dispose();
    }

    private void Tell(WatchedInfluencer watched, in LatestPoint change, IReadOnlyDictionary<SlotStep, IReadOnlyList<DataPoint>?> passed)
    {
        if (passed.TryGetValue(new SlotStep(change.InfluencerId, watched.Slot, change.Slot), out var points))
        {
            if (points is null)
            {
                var item = StreamEvents.Gap(change.InfluencerId, _numbers.Next());
                watched.Missed(_numbers.Last);
                _delivery.Push(item, watched.Watchers);
            }
            foreach (var point in points ?? [])
                Tell(watched, new LatestPoint(point.InfluencerId, point.FollowerCount, point.FollowingCount, point.Slot, point.RetrievedAt, change.Status));
        }
        Tell(watched, change);
    }

    private void Tell(WatchedInfluencer watched, in LatestPoint point)
    {
        if (!watched.TryTake(point.Slot))
            return;
        var item = StreamEvents.Point(point, _numbers.Next());
        _memory.Add(watched, _numbers.Last, item.Data);
        _delivery.Push(item, watched.Watchers);
    }

    private SseItem<string> Summary(string? id)
    {
        var age = LeaderboardAge.Of(_leaderboard);
        _isToldOld |= age.IsOld;
        return StreamEvents.Summary(SummaryEndpoint.Respond(_leaderboard.Summarize(), age, _leaderboard.State.Problem), id);
    }

    private WatchedInfluencer Watch(long id)
    {
        if (!_watched.TryGetValue(id, out var watched))
            _watched[id] = watched = new WatchedInfluencer(_leaderboard.Find(id)?.Latest.Slot ?? 0, _numbers.Last);
        return watched;
    }

    // Only what is whole has an id: a connection that breaks in the middle of it comes back with the one from before.
    private void Greet(StreamSubscription client, string? lastEventId)
    {
        List<SseItem<string>> events = [Summary(null)];
        if (lastEventId is not null && _numbers.NumberOf(lastEventId) is { } last && client.Ids.All(id => _watched[id].KnowsAllAfter(last)))
        {
            events.AddRange(client.Ids.SelectMany(id => _watched[id].After(last)).OrderBy(static told => told.Sequence).Select(told => StreamEvents.Point(told.Data, _numbers.IdOf(told.Sequence))));
        }
        else
        {
            if (lastEventId is not null)
                events.Add(StreamEvents.Gap(lastEventId, null));
            foreach (var id in client.Ids)
            {
                // A later one than was told is about to be, behind those before it.
                if (_leaderboard.Find(id) is { Latest: { Slot: > 0 } latest } && latest.Slot <= _watched[id].Slot)
                    events.Add(StreamEvents.Point(latest, null));
            }
            events[^1] = new SseItem<string>(events[^1].Data, events[^1].EventType) { EventId = _numbers.IdOf(_numbers.Last) };
        }
        foreach (var item in events)
            client.TryPush(item);
    }

    // What is told of it from now on is not kept for those who come back: whoever had less than this has missed something.
    private void Forget(long id)
    {
        _watched.Remove(id);
        _numbers.Next();
    }

    private void Beat()
    {
        lock (_lock)
        {
            _delivery.Push(StreamEvents.Heartbeat(_timeProvider.GetUtcNow()), _clients);
            // While nothing new comes since nothing can be read, it is not to look as if nothing happened.
            if (LeaderboardAge.Of(_leaderboard).IsOld)
                _delivery.Push(Summary(_numbers.IdOf(_numbers.Last)), _clients);
            foreach (var (id, _) in _watched.Where(pair => pair.Value.Watchers.Count == 0 && _timeProvider.GetElapsedTime(pair.Value.LeftAt) > Lingering).ToList())
                Forget(id);
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (var client in _clients)
                client.End();
        }
    }
}
