using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Client;

/// <summary>One connection of a stream, opened when the first event is asked for. Not safe for concurrent use.</summary>
internal sealed class EventConnection(Func<CancellationToken, Task<HttpResponseMessage>> open) : IAsyncDisposable
{
    public const string MediaType = "text/event-stream";

    private readonly CancellationTokenSource _reading = new();
    private HttpResponseMessage? _response;
    private SseParser<string>? _parser;
    private IAsyncEnumerator<SseItem<string>>? _events;

    /// <summary>What the server asked for as the pause before the next connection; infinite while it asked for none.</summary>
    public TimeSpan Retry => _parser?.ReconnectionInterval ?? Timeout.InfiniteTimeSpan;

    /// <summary>Null when the server ended the stream. A connection that is silent for too long is an <see cref="IOException"/>.</summary>
    public async Task<StreamEvent?> NextAsync(TimeSpan silence, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // The enumerator keeps the token that it began with, so this one stands for the caller's and for the silence.
        await using var ended = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _reading);
        await using var silent = timeProvider.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _reading, silence, Timeout.InfiniteTimeSpan);
        try
        {
            _events ??= await BeginAsync(_reading.Token);
            return await _events.MoveNextAsync() ? Read(_events.Current) : null;
        }
        catch (OperationCanceledException) when (_reading.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"The stream said nothing for {silence.TotalSeconds} s.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
            await _events.DisposeAsync();
        _response?.Dispose();
        _reading.Dispose();
    }

    private async Task<IAsyncEnumerator<SseItem<string>>> BeginAsync(CancellationToken cancellationToken)
    {
        _response = await open(cancellationToken);
        await ApiRequests.ThrowForProblemAsync(_response, cancellationToken);
        if (_response.Content.Headers.ContentType?.MediaType != MediaType)
        {
            // Of something else; unless it breaks off, which is another failure.
            await _response.Content.ReadAsByteArrayAsync(cancellationToken);
            throw new JsonException("The answer is no stream of events.");
        }
        _parser = SseParser.Create(await _response.Content.ReadAsStreamAsync(cancellationToken));
        return _parser.EnumerateAsync(_reading.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    private static StreamEvent Read(SseItem<string> item) => item.EventType switch
    {
        "point" => new StreamEvent(item.EventId) { Point = Read(item, ApiJsonContext.Default.StreamPoint) },
        "summary" => new StreamEvent(item.EventId) { Summary = Read(item, ApiJsonContext.Default.SummaryResponse) },
        "gap" => new StreamEvent(item.EventId) { Gap = Read(item, ApiJsonContext.Default.StreamGap) },
        "heartbeat" => new StreamEvent(item.EventId) { Heartbeat = Read(item, ApiJsonContext.Default.StreamHeartbeat) },
        _ => new StreamEvent(item.EventId),
    };

    private static T Read<T>(SseItem<string> item, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(item.Data, type) ?? throw new JsonException("The event is null.");
}
