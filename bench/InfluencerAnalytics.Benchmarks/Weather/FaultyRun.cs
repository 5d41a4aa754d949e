using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>The program and a simulator whose behaviour can be changed while they run, each a process of its own.</summary>
internal sealed class FaultyRun : IAsyncDisposable
{
    private readonly ServerProcess _simulator;
    private readonly HttpClient _control;
    private readonly HttpClient _api;
    private readonly string _directory;

    private FaultyRun(ServerProcess simulator, ServerProcess program, Uri provider, Uri address, string directory)
    {
        (_simulator, Program, _directory) = (simulator, program, directory);
        _control = new HttpClient { BaseAddress = provider, Timeout = TimeSpan.FromMinutes(5) };
        _api = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(30) };
    }

    public ServerProcess Program { get; }

    public static async Task<FaultyRun> StartAsync(int influencers, int intervalSeconds, int ledger, int retryAfterSeconds, CancellationToken cancellationToken)
    {
        const string Assembly = "influencer-analytics.dll";
        var directory = Directory.CreateTempSubdirectory("influencer-analytics-bench-").FullName;
        var simulator = ServerProcess.Start(Assembly, "simulate", "--port", "0", "--count", Text(influencers), "--ledger", Text(ledger), "--retry-after", $"{retryAfterSeconds}s");
        var provider = await simulator.ReadAddressAsync("listening on", cancellationToken);
        var program = ServerProcess.Start(Assembly, "up", "--influencers", Text(influencers), "--interval", $"{intervalSeconds}s",
            "--provider", provider.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--data", directory, "--no-live");
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
        using var document = JsonDocument.Parse(await _api.GetByteArrayAsync("/api/v1/pipeline", cancellationToken));
        return [.. document.RootElement.GetProperty("slots").EnumerateArray().Select(slot => new SlotAccount(
            slot.GetProperty("slot").GetDateTimeOffset(),
            slot.GetProperty("final").GetBoolean(),
            slot.GetProperty("stored").GetInt64(),
            slot.GetProperty("tracked").GetInt64(),
            slot.TryGetProperty("gone", out var gone) && gone.ValueKind == JsonValueKind.Number ? gone.GetInt64() : 0,
            slot.GetProperty("missed").EnumerateObject().ToDictionary(miss => miss.Name, miss => miss.Value.GetInt64())))];
    }

    /// <summary>The fetcher's limit of requests in flight, as adapted.</summary>
    public async Task<double> LimitAsync(CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await _api.GetByteArrayAsync("/api/v1/pipeline", cancellationToken));
        var fetch = document.RootElement.GetProperty("fetch");
        return fetch.GetProperty("concurrencyLimit").GetDouble();
    }

    /// <summary>The ledger's lines, the last of which says how many they are.</summary>
    public Task<StreamReader> OpenLedgerAsync(CancellationToken cancellationToken) => OpenAsync(_control, "/simulator/ledger", null, cancellationToken);

    /// <summary>Every stored data point as CSV, with its header.</summary>
    public async Task<StreamReader> OpenExportAsync(CancellationToken cancellationToken) =>
        await OpenAsync(_api, "/api/v1/export?resolution=raw", (await File.ReadAllTextAsync(Path.Combine(_directory, "api-key"), cancellationToken)).Trim(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _api.Dispose();
        await Program.DisposeAsync();
        await _simulator.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client, string path, string? key, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
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
