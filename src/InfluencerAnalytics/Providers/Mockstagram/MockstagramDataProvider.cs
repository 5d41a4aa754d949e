using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>
/// Asks Mockstagram over HTTP/1.1 with reused connections. Built on <see cref="HttpMessageInvoker"/>, a pooled buffer and pooled state machines rather than
/// <see cref="HttpClient"/>: half of the memory a request, see docs/benchmarks.md, "The fetch loop" (<c>fetch-loop --types</c>). Safe for concurrent use.
/// </summary>
internal sealed class MockstagramDataProvider : IInfluencerDataProvider, IDisposable
{
    private const string InfluencersPath = "api/v1/influencers/";

    private readonly ProviderOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ProviderClock _clock;
    private readonly HttpMessageInvoker _invoker;
    private readonly string _influencersAddress;
    // A queue, since a stack makes a node for each that is returned.
    private readonly ConcurrentQueue<CancellationTokenSource> _timeouts = new();

    public MockstagramDataProvider(ProviderOptions options, TimeProvider timeProvider, ProviderClock clock)
    {
        _options = options;
        _timeProvider = timeProvider;
        _clock = clock;
        _influencersAddress = MockstagramHttp.AddressOf(options, InfluencersPath);
        _invoker = MockstagramHttp.NewInvoker(options);
    }

    public void Dispose() => _invoker.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FetchOutcome> FetchAsync(long influencerId, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        var timeout = RentTimeout();
        var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        try
        {
            timeout.CancelAfter(timeLimit);
            using var request = new HttpRequestMessage(HttpMethod.Get, _influencersAddress + influencerId);
            using var response = await _invoker.SendAsync(request, timeout.Token);
            return await ReadAsync(response, influencerId, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Timeout);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FetchOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Connection);
        }
        finally
        {
            // First, so that a late cancellation cannot reach the source in the hands of the next request.
            await registration.DisposeAsync();
            ReturnTimeout(timeout);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FetchOutcome> ReadAsync(HttpResponseMessage response, long influencerId, CancellationToken cancellationToken)
    {
        _clock.Observe(response.Headers);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            return FetchOutcome.Failed(FetchOutcomeKind.Throttled, MissReason.Throttled, MockstagramHttp.RetryAfter(response, _timeProvider));
        // Only the provider's own words make an influencer gone: a 404 of a gateway, or of a wrong address, is an outage.
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.InternalServerError or HttpStatusCode.NotFound))
            return Unwanted(response);
        if (response.Content.Headers.ContentLength > _options.MaxBodyBytes)
            return FetchOutcome.Failed(FetchOutcomeKind.Malformed, MissReason.BodyTooLarge);

        var buffer = ArrayPool<byte>.Shared.Rent(_options.MaxBodyBytes < 4096 ? _options.MaxBodyBytes : 4096);
        try
        {
            var length = 0;
            // Waits for nothing: the stream of a response is there with its head, and only its bytes are waited for. Asked for asynchronously, it costs a task.
            using var stream = response.Content.ReadAsStream(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > _options.MaxBodyBytes)
                    return FetchOutcome.Failed(FetchOutcomeKind.Malformed, MissReason.BodyTooLarge);
                if (length == buffer.Length)
                    Grow(ref buffer);
            }
            var body = buffer.AsSpan(0, length);
            if (response.StatusCode == HttpStatusCode.OK)
                return MockstagramRecord.Parse(body, influencerId, _timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
            return MockstagramRecord.SaysNotFound(body)
                ? FetchOutcome.Failed(FetchOutcomeKind.NotFound, MissReason.NotFound)
                : Unwanted(response);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private FetchOutcome Unwanted(HttpResponseMessage response) =>
        FetchOutcome.Failed(FetchOutcomeKind.Transient, MockstagramHttp.ReasonOf(response.StatusCode), MockstagramHttp.RetryAfter(response, _timeProvider));

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private CancellationTokenSource RentTimeout() =>
        _timeouts.TryDequeue(out var source) ? source : new CancellationTokenSource(Timeout.InfiniteTimeSpan, _timeProvider);

    private void ReturnTimeout(CancellationTokenSource source)
    {
        if (source.TryReset())
            _timeouts.Enqueue(source);
        else
            source.Dispose();
    }
}
