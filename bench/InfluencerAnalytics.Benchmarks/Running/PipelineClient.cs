using System.Text.Json;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>What a running program says of its slots at /api/v1/pipeline.</summary>
internal sealed class PipelineClient(Uri address) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = address };

    public async Task<IReadOnlyList<SlotFigures>> SlotsAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>("/api/v1/pipeline", cancellationToken);
        return [.. answer.GetProperty("slots").EnumerateArray().Select(slot => new SlotFigures(
            slot.GetProperty("slot").GetDateTimeOffset(),
            slot.GetProperty("stored").GetInt64(),
            slot.GetProperty("tracked").GetInt64())).OrderBy(slot => slot.Slot)];
    }

    /// <summary>Data points stored since the program started.</summary>
    public async Task<long> StoredAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>("/api/v1/pipeline", cancellationToken);
        return answer.GetProperty("ingest").GetProperty("total").GetInt64();
    }

    /// <summary>Influencers with at least one reading; 0 before the ranks are loaded.</summary>
    public async Task<long> ReportingAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync("/api/v1/summary", cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("reporting").GetInt64()
            : 0;
    }

    /// <summary>Asks until the answer is 200.</summary>
    public async Task WaitForAsync(string path, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        while (true)
        {
            try
            {
                using var response = await _client.GetAsync(path, deadline.Token);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>One slot as the program shows it.</summary>
internal sealed record SlotFigures(DateTimeOffset Slot, long Stored, long Tracked)
{
    public double Coverage => Tracked == 0 ? 0 : (double)Stored / Tracked;
}
