using System.Buffers;
using System.Text.Json;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>
/// The least that a fetcher can do: a request, a pooled buffer, the counts read out. No time limit, checks, retries or results.
/// </summary>
internal sealed class BareFetchLoop(Uri server, int connections) : FetchLoops("bare fetch loop", connections)
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null });
    private readonly string _address = new Uri(server, "/api/v1/influencers/").AbsoluteUri;

    public override void Dispose() => _invoker.Dispose();

    protected override async Task LoopAsync(long id, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        for (; !cancellationToken.IsCancellationRequested; id = Next(id))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _address + id);
            using var response = await _invoker.SendAsync(request, CancellationToken.None);
            using var stream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
            var length = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(length), CancellationToken.None)) > 0)
                length += read;
            if (Sum(buffer.AsSpan(0, length)) > 0)
                CountGood();
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static long Sum(ReadOnlySpan<byte> body)
    {
        var sum = 0L;
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value))
                sum += value;
        }
        return sum;
    }
}
