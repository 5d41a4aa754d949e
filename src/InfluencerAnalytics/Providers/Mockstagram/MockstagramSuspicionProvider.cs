using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Providers.Mockstagram;

/// <summary>Asks Mockstagram's <c>is_suspicious</c>, over connections of its own. Twelve requests a second at a million a day: nothing is pooled. Safe for concurrent use.</summary>
internal sealed class MockstagramSuspicionProvider(ProviderOptions options, TimeProvider timeProvider) : ISuspicionProvider, IDisposable
{
    private readonly HttpMessageInvoker _invoker = MockstagramHttp.NewInvoker(options);
    private readonly string _address = MockstagramHttp.AddressOf(options, "api/v1/influencers/is_suspicious");

    public void Dispose() => _invoker.Dispose();

    public async ValueTask<SuspicionOutcome> CheckAsync(long influencerId, long followerCount, long followingCount, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(timeLimit, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = ContentOf(influencerId, followerCount, followingCount) };
            using var response = await _invoker.SendAsync(request, end.Token);
            return await ReadAsync(response, influencerId, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SuspicionOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Timeout);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return SuspicionOutcome.Failed(FetchOutcomeKind.Transient, MissReason.Connection);
        }
    }

    private async ValueTask<SuspicionOutcome> ReadAsync(HttpResponseMessage response, long influencerId, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var reason = MockstagramHttp.ReasonOf(response.StatusCode);
            return SuspicionOutcome.Failed(
                reason == MissReason.Throttled ? FetchOutcomeKind.Throttled : FetchOutcomeKind.Transient, reason, MockstagramHttp.RetryAfter(response, timeProvider));
        }
        if (response.Content.Headers.ContentLength > options.MaxBodyBytes)
            return SuspicionOutcome.Failed(FetchOutcomeKind.Malformed, MissReason.BodyTooLarge);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // One more than is allowed tells a body that is too long from one that just fits.
        var buffer = ArrayPool<byte>.Shared.Rent(options.MaxBodyBytes + 1);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, options.MaxBodyBytes + 1), options.MaxBodyBytes + 1, throwOnEndOfStream: false, cancellationToken);
            return length > options.MaxBodyBytes
                ? SuspicionOutcome.Failed(FetchOutcomeKind.Malformed, MissReason.BodyTooLarge)
                : MockstagramVerdict.Parse(buffer.AsSpan(0, length), influencerId, timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ByteArrayContent ContentOf(long influencerId, long followerCount, long followingCount) =>
        new(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $$"""{"pk":{{influencerId}},"followerCount":{{followerCount}},"followingCount":{{followingCount}}}""")))
        {
            Headers = { ContentType = new("application/json") },
        };
}
