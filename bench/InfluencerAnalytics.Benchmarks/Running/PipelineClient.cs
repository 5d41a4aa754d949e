using System.Globalization;
using InfluencerAnalytics.Client;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>What a running program says of itself.</summary>
internal sealed class PipelineClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly InfluencerAnalyticsClient _client;

    public PipelineClient(Uri address)
    {
        _http = new HttpClient { BaseAddress = address };
        _client = new InfluencerAnalyticsClient(_http);
    }

    public async Task<IReadOnlyList<SlotFigures>> SlotsAsync(CancellationToken cancellationToken)
    {
        var pipeline = await _client.GetPipelineAsync(cancellationToken);
        var slots = pipeline.Slots ?? throw new InvalidOperationException($"The store is away: {pipeline.Store.Detail}");
        return [.. slots.Select(slot => new SlotFigures(DateTimeOffset.Parse(slot.Slot, CultureInfo.InvariantCulture), slot.Stored, slot.Tracked)).OrderBy(slot => slot.Slot)];
    }

    /// <summary>Data points stored since the program started.</summary>
    public async Task<long> StoredAsync(CancellationToken cancellationToken) => (await _client.GetPipelineAsync(cancellationToken)).Ingest.Total;

    /// <summary>Influencers with at least one reading; 0 before the ranks are loaded.</summary>
    public async Task<long> ReportingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.GetSummaryAsync(cancellationToken)).Reporting;
        }
        catch (ApiProblemException)
        {
            return 0;
        }
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
                using var response = await _http.GetAsync(path, deadline.Token);
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

    public void Dispose() => _http.Dispose();
}

/// <summary>One slot as the program shows it.</summary>
internal sealed record SlotFigures(DateTimeOffset Slot, long Stored, long Tracked)
{
    public double Coverage => Tracked == 0 ? 0 : (double)Stored / Tracked;
}
