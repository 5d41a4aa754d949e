using System.Net.ServerSentEvents;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>Hands events to clients, and drops those that do not take them. Used under the hub's lock; the count can be read by anyone.</summary>
internal sealed class StreamDelivery
{
    private readonly List<StreamSubscription> _slow = [];
    private long _dropped;

    /// <summary>How many clients were dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Push(in SseItem<string> item, IEnumerable<StreamSubscription> clients)
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
}
