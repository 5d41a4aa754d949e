using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using InfluencerAnalytics.Benchmarks.Running;
using InfluencerAnalytics.Client;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>The program and a simulator whose behaviour can be changed while they run, each a process of its own.</summary>
internal sealed class FaultyRun : IAsyncDisposable
{
    private readonly ServerProcess _simulator;
    private readonly HttpClient _control;
    private readonly HttpClient _http;
    private readonly InfluencerAnalyticsClient _api;
    private readonly string _directory;

    private FaultyRun(ServerProcess simulator, ServerProcess program, Uri provider, Uri address, string directory)
    {
        (_simulator, Program, _directory) = (simulator, program, directory);
        _control = new HttpClient { BaseAddress = provider, Timeout = TimeSpan.FromMinutes(5) };
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(30) };
        _api = new InfluencerAnalyticsClient(_http);
    }

    public ServerProcess Program { get; }

    public static async Task<FaultyRun> StartAsync(int influencers, int intervalSeconds, int ledger, int retryAfterSeconds, CancellationToken cancellationToken)
    {
        const string Assembly = "influencer-analytics.dll";
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
        var simulator = ServerProcess.Start(Assembly, "simulate", "--port", "0", "--count", Text(influencers), "--ledger", Text(ledger), "--retry-after", $"{retryAfterSeconds}s");
        var provider = await simulator.ReadAddressAsync("listening on", cancellationToken);
        var program = ServerProcess.Start(Assembly, "up", "--influencers", Text(influencers), "--interval", $"{intervalSeconds}s",
            "--provider", provider.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--data", directory, "--no-live",
            // What is judged is the minute lane; the checks would take of what the provider allows.
            "--set", "Suspicion:Enabled=false");
        var address = await program.ReadAddressAsync("listening on", cancellationToken);
        return new FaultyRun(simulator, program, provider, address, directory);
    }

    /// <summary>Makes the provider behave so from the next request on.</summary>
    public async Task SetAsync(Behaviour behaviour, CancellationToken cancellationToken)
    {
        await PutAsync("faults", JsonSerializer.Serialize(behaviour.Faults), cancellationToken);
        await PutAsync("sticky", JsonSerializer.Serialize(behaviour.Sticky), cancellationToken);
        await PutAsync("pace", JsonSerializer.Serialize(behaviour.Pace), cancellationToken);
        if (behaviour.OutageSeconds > 0)
        {
            using var response = await _control.PostAsync($"/simulator/outage?seconds={Text(behaviour.OutageSeconds)}", null, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
    }

    /// <summary>What the simulator has counted; null while its listener is away.</summary>
    public async Task<ProviderCounts?> CountsAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var stats = JsonDocument.Parse(await _control.GetByteArrayAsync("/simulator/stats", cancellationToken));
            long Number(string name) => stats.RootElement.GetProperty(name).GetInt64();
            return new ProviderCounts(Number("requests"), Number("readings"), Number("refused"), Number("ledgerDropped"));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<SlotAccount>> SlotsAsync(CancellationToken cancellationToken)
    {
        var pipeline = await _api.GetPipelineAsync(cancellationToken);
        var slots = pipeline.Slots ?? throw new InvalidOperationException($"The store is away: {pipeline.Store.Detail}");
        return [.. slots.Select(slot => new SlotAccount(
            DateTimeOffset.Parse(slot.Slot, CultureInfo.InvariantCulture), slot.Final, slot.Stored, slot.Tracked, slot.Gone, slot.Missed))];
    }

    /// <summary>The fetcher's limit of requests in flight, as adapted.</summary>
    public async Task<double> LimitAsync(CancellationToken cancellationToken) => (await _api.GetPipelineAsync(cancellationToken)).Fetch.ConcurrencyLimit;

    /// <summary>The ledger's lines, the last of which says how many they are.</summary>
    public async Task<StreamReader> OpenLedgerAsync(CancellationToken cancellationToken) =>
        new(await _control.GetStreamAsync("/simulator/ledger", cancellationToken));

    /// <summary>Every stored data point as CSV, with its header.</summary>
    public async Task<StreamReader> OpenExportAsync(CancellationToken cancellationToken)
    {
        var key = await File.ReadAllTextAsync(Path.Combine(_directory, "api-key"), cancellationToken);
        var export = await new InfluencerAnalyticsClient(_http, key.Trim()).ExportAsync(ReadingRange.LastDay, "raw", cancellationToken);
        return new StreamReader(export.Rows);
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _http.Dispose();
        await Program.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task PutAsync(string what, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _control.PutAsync($"/simulator/{what}", content, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The simulator refused {json}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the simulator has counted since it started.</summary>
internal sealed record ProviderCounts(long Requests, long Readings, long Refused, long LedgerDropped);

/// <summary>A slot as the program accounts for it.</summary>
internal sealed record SlotAccount(DateTimeOffset Slot, bool IsFinal, long Stored, long Tracked, long Gone, IReadOnlyDictionary<string, long> Missed);
