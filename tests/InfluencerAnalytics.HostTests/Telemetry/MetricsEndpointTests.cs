using System.Net;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>Who may read <c>/metrics</c>, and where telemetry goes.</summary>
public sealed class MetricsEndpointTests
{
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_KeysAreRequiredForReads_AreForBearersOfOneAndUnderNoRateLimit()
    {
        await using var provider = await StartProviderAsync();
        await using var up = new UpProcess(provider.Address, 10, 60, "--set", "Api:RequireKeyForReads=true", "--set", "Api:RequestsPerSecond=1", "--set", "Api:Burst=1");
        await up.StartAsync(_cancellationToken);
        var key = (await File.ReadAllTextAsync(Path.Combine(up.DataDirectory, "api-key"), _cancellationToken)).Trim();
        using var http = new HttpClient { BaseAddress = up.Address };
        // As one that comes through a proxy on this machine, which is limited.
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");
        (await StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        for (var i = 0; i < 5; i++)
            (await StatusAsync()).ShouldBe(HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync()
        {
            using var response = await http.GetAsync(new Uri("metrics", UriKind.Relative), _cancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Metrics_SdkIsDisabled_AreNotThereAndTheProgramRuns()
    {
        await using var provider = await StartProviderAsync();
        await using var up = new UpProcess(provider.Address, 10, 60) { Environment = { ["OTEL_SDK_DISABLED"] = "true" } };
        await up.StartAsync(_cancellationToken);
        using var http = new HttpClient { BaseAddress = up.Address };
        using var response = await http.GetAsync(new Uri("metrics", UriKind.Relative), _cancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Otlp_CollectorIsConfigured_GetsMetricsAndBothSpansOfATrace()
    {
        await using var collector = await Collector.StartAsync();
        await using var provider = await StartProviderAsync();
        await using var up = new UpProcess(provider.Address, 10, 2, "--set", $"Telemetry:OtlpEndpoint={collector.Address}", "--set", "Telemetry:TraceRatio=1")
        {
            Environment = { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500", ["OTEL_BSP_SCHEDULE_DELAY"] = "500", ["OTEL_RESOURCE_ATTRIBUTES"] = "team=growth" },
        };
        await up.StartAsync(_cancellationToken);
        await Until.TrueAsync(
            () => Task.FromResult(collector.Has("/v1/traces", "fetch.visit", "ingest.write", "growth", "influencer-analytics") && collector.Has("/v1/metrics", "influencer_analytics.fetch.readings", "role")),
            TimeSpan.FromSeconds(60), () => $"The collector got {collector}. The program said:\n{up.Output}", _cancellationToken);
        // A span for each request to the provider would be 16,667 a second.
        collector.Has("/v1/traces", "System.Net.Http").ShouldBeFalse();
    }

    private Task<SimulatorServer> StartProviderAsync() =>
        SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = 10, LedgerCapacity = 0 }, _cancellationToken);
}
