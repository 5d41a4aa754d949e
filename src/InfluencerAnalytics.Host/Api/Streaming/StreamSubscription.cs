using System.Net;
using System.Net.ServerSentEvents;
using System.Threading.Channels;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>One client of the stream: what it is to be told and has not taken yet. Pushed to under the hub's lock, read by the client's request.</summary>
/// <param name="ids">Whose readings it wants, each once.</param>
/// <param name="address">Whose place it takes; null for nobody's.</param>
/// <param name="hub">That it leaves when it is disposed.</param>
/// <param name="breakOff">Ends the connection of one that does not read.</param>
internal sealed class StreamSubscription(IReadOnlyList<long> ids, IPAddress? address, StreamHub hub, Action breakOff) : IDisposable
{
    /// <summary>
    /// What waits for one client beside what its connection holds: the eight points of each of a hundred influencers that a resumed one gets at once; eight more that were passed over and the
    /// newest of each, twice, in one page of what was stored meanwhile; and some slots of all. Some 800 KB at most, of texts that are shared with others.
    /// </summary>
    private const int Capacity = 4096;

    private readonly Channel<SseItem<string>> _waiting = Channel.CreateBounded<SseItem<string>>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private bool _isOver;

    public IReadOnlyList<long> Ids => ids;

    public IPAddress? Address => address;

    /// <summary>False when the client is too far behind: then it is to be dropped. One that is told nothing any more is not.</summary>
    public bool TryPush(in SseItem<string> item) => _isOver || _waiting.Writer.TryWrite(item);

    /// <summary>What waits is still sent, then the answer ends.</summary>
    public void End()
    {
        _isOver = true;
        _waiting.Writer.TryComplete();
    }

    public void Drop()
    {
        End();
        breakOff();
    }

    public IAsyncEnumerable<SseItem<string>> ReadAsync(CancellationToken cancellationToken) => _waiting.Reader.ReadAllAsync(cancellationToken);

    public void Dispose() => hub.Leave(this);
}
