using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>Takes OTLP over HTTP and keeps what came, by path. Names stand in it as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _came = new();
    private readonly WebApplication _app;

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _came.GetOrAdd(context.Request.Path, _ => []).Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        });
    }

    public string Address => _app.Urls.First();

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Whether each of these came to a path, in one body or several.</summary>
    public bool Has(string path, params IEnumerable<string> texts) =>
        _came.TryGetValue(path, out var bodies) && texts.All(text => bodies.Any(body => body.Contains(text, StringComparison.Ordinal)));

    public override string ToString() => string.Join(", ", _came.Select(pair => $"{pair.Value.Count} bodies at {pair.Key}"));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
