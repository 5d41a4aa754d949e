using System.Diagnostics.Metrics;
using System.Net;
using System.Net.ServerSentEvents;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Stores.Points;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>
/// Tells the clients of the stream what the leaderboard takes in: one look into a dictionary for each reading, whoever and however many listen, and no read of the store. A client
/// that does not take what it is told is dropped. Safe for concurrent use.
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
    private readonly List<StreamSubscription> _slow = [];
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];
    private readonly InfluencerLeaderboard _leaderboard;
    private readonly StreamPlaces _places;
    private readonly StreamMemory _memory;
    private readonly int _mostWatched;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _heartbeat;
    private readonly CancellationTokenRegistration _stopping;
    private long _sequence;
    private long _summarized;
    private long _dropped;
    private bool _isOver;

    public StreamHub(InfluencerLeaderboard leaderboard, ApiOptions options, TimeProvider timeProvider, IMeterFactory meters, IHostApplicationLifetime lifetime)
    {
        (_leaderboard, _timeProvider) = (leaderboard, timeProvider);
        (_places, _memory, _mostWatched) = (new StreamPlaces(options), new StreamMemory(options.MaxStreamEvents), options.MaxStreams * MostInfluencers);
        var meter = meters.Create(ProgramMeter.Name);
        meter.CreateObservableGauge($"{ProgramMeter.Name}.stream.clients", () => Count, "{client}", "Clients of the stream now.");
        meter.CreateObservableCounter($"{ProgramMeter.Name}.stream.dropped", () => Interlocked.Read(ref _dropped), "{client}", "Clients of the stream that were dropped since they did not take what they were told.");
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

    public void Changed(ReadOnlySpan<LatestPoint> changes)
    {
        lock (_lock)
        {
            if (_watched.Count == 0)
                return;
            foreach (ref readonly var change in changes)
            {
                if (!_watched.TryGetValue(change.InfluencerId, out var watched) || !watched.TryTake(change.Slot))
                    continue;
                var item = StreamEvents.Point(change, Next());
                _memory.Add(watched, _sequence, item.Data);
                Push(item, watched.Watchers);
            }
        }
    }

    public void CaughtUp()
    {
        var summary = _leaderboard.Summarize();
        lock (_lock)
        {
            // Once an interval: when the first reading of a new slot is in.
            if (summary.AsOf <= _summarized)
                return;
            _summarized = summary.AsOf;
            if (_clients.Count > 0)
                Push(StreamEvents.Summary(summary, Position()), _clients);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _heartbeat.Dispose();
    }

    private string Position() => PositionOf(_sequence);

    private string PositionOf(long sequence) => new StreamPosition(_name, sequence).ToString();

    private string Next()
    {
        _sequence++;
        return Position();
    }

    private WatchedInfluencer Watch(long id)
    {
        if (!_watched.TryGetValue(id, out var watched))
            _watched[id] = watched = new WatchedInfluencer(_leaderboard.Find(id)?.Latest.Slot ?? 0, _sequence);
        return watched;
    }

    // Only what is whole has an id: a connection that breaks in the middle of it comes back with the one from before.
    private void Greet(StreamSubscription client, string? lastEventId)
    {
        List<SseItem<string>> events = [StreamEvents.Summary(_leaderboard.Summarize(), null)];
        if (lastEventId is not null && StreamPosition.Parse(lastEventId) is { } last && last.Hub == _name && last.Sequence <= _sequence
            && client.Ids.All(id => _watched[id].KnowsAllAfter(last.Sequence)))
        {
            events.AddRange(client.Ids.SelectMany(id => _watched[id].After(last.Sequence)).OrderBy(static told => told.Sequence).Select(told => StreamEvents.Point(told.Data, PositionOf(told.Sequence))));
        }
        else
        {
            if (lastEventId is not null)
                events.Add(StreamEvents.Gap(lastEventId, null));
            foreach (var id in client.Ids)
            {
                if (_leaderboard.Find(id) is { Latest: { Slot: > 0 } latest })
                    events.Add(StreamEvents.Point(latest, null));
            }
            events[^1] = new SseItem<string>(events[^1].Data, events[^1].EventType) { EventId = Position() };
        }
        foreach (var item in events)
            client.TryPush(item);
    }

    // What is told of it from now on is not kept for those who come back: whoever had less than this has missed something.
    private void Forget(long id)
    {
        _watched.Remove(id);
        _sequence++;
    }

    private void Push(in SseItem<string> item, IEnumerable<StreamSubscription> clients)
    {
        foreach (var client in clients)
        {
            if (!client.TryPush(item))
                _slow.Add(client);
        }
        foreach (var client in _slow)
        {
            client.Drop();
            Interlocked.Increment(ref _dropped);
        }
        _slow.Clear();
    }

    private void Beat()
    {
        lock (_lock)
        {
            Push(StreamEvents.Heartbeat(_timeProvider.GetUtcNow()), _clients);
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
