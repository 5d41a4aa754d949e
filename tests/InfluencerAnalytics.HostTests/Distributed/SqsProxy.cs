using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Queues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>
/// Stands between the processes and the server that speaks SQS: can be cut, as a network can, and notes every reading that the server has taken. Safe for concurrent use.
/// </summary>
internal sealed class SqsProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<(long Id, long Slot), ConcurrentBag<(long Followers, long Following)>> _taken = new();

    private SqsProxy(WebApplication app, Uri server)
    {
        _app = app;
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5) }) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
        app.Run(ForwardAsync);
    }

    /// <summary>While true every call is broken off.</summary>
    public bool IsCut { get; set; }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The readings that the server has confirmed to have taken, each with the values under which it was sent.</summary>
    public IReadOnlyDictionary<(long Id, long Slot), ConcurrentBag<(long Followers, long Following)>> Taken => _taken;

    public static async Task<SqsProxy> StartAsync(Uri server, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var proxy = new SqsProxy(builder.Build(), server);
        await proxy._app.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        if (IsCut)
        {
            context.Abort();
            return;
        }
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}") { Content = new ByteArrayContent(body.ToArray()) };
            foreach (var (name, values) in context.Request.Headers)
            {
                if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                    request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
            using var response = await _client.SendAsync(request, context.RequestAborted);
            var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            // Taken is taken, whether the caller hears of it or not.
            if (response.StatusCode == HttpStatusCode.OK && context.Request.Headers["X-Amz-Target"] == "AmazonSQS.SendMessageBatch")
                Note(body.ToArray(), answer);
            if (IsCut)
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var header in response.Headers.Concat(response.Content.Headers).Where(static header => header.Key is not "Transfer-Encoding" and not "Connection" and not "Keep-Alive"))
                context.Response.Headers[header.Key] = header.Value.ToArray();
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private void Note(byte[] sent, byte[] answered)
    {
        using var request = JsonDocument.Parse(sent);
        if (!request.RootElement.GetProperty("QueueUrl").GetString()!.EndsWith(QueueNames.InfluencerDataPoints, StringComparison.Ordinal))
            return;
        using var response = JsonDocument.Parse(answered);
        var successful = response.RootElement.GetProperty("Successful").EnumerateArray().Select(static entry => entry.GetProperty("Id").GetString()).ToHashSet();
        foreach (var entry in request.RootElement.GetProperty("Entries").EnumerateArray().Where(entry => successful.Contains(entry.GetProperty("Id").GetString())))
        {
            using var message = JsonDocument.Parse(entry.GetProperty("MessageBody").GetString()!);
            var slot = message.RootElement.GetProperty("slot").GetInt64();
            foreach (var point in message.RootElement.GetProperty("points").EnumerateArray())
                _taken.GetOrAdd((point[0].GetInt64(), slot), static _ => []).Add((point[1].GetInt64(), point[2].GetInt64()));
        }
    }
}
