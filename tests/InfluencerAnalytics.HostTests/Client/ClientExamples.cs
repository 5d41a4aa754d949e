using System.Net;
using InfluencerAnalytics.Client;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>The examples of the client's README, each between its two marks, as <see cref="ClientReadmeTests"/> runs them.</summary>
internal static class ClientExamples
{
    public static Uri Connect()
    {
        // example: connect
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:8080"), Timeout = TimeSpan.FromSeconds(30) };
        var client = new InfluencerAnalyticsClient(http, apiKey: Environment.GetEnvironmentVariable("INFLUENCER_ANALYTICS_API_KEY"));
        // end
        client.ShouldNotBeNull();
        return http.BaseAddress;
    }

    public static async Task ReadAsync(InfluencerAnalyticsClient client, TextWriter output, CancellationToken cancellationToken)
    {
        // example: read
        var influencer = await client.GetInfluencerAsync(1000001, cancellationToken);
        await output.WriteLineAsync($"{influencer.Username}: {influencer.FollowerCount} followers, rank {influencer.Rank} of {influencer.RankOf}, {influencer.Change.Day:+0;-0;0} in 24 h");

        var timeline = await client.GetTimelineAsync(1000001, ReadingRange.LastDay, "1h", cancellationToken);
        for (var hour = 0; hour < timeline.Time.Count; hour++)
            await output.WriteLineAsync($"{DateTimeOffset.FromUnixTimeMilliseconds(timeline.Time[hour]):u} {timeline.FollowerCount[hour]}");
        // end
    }

    public static async Task TrackAsync(InfluencerAnalyticsClient client, TextWriter output, CancellationToken cancellationToken)
    {
        // example: track
        var result = await client.TrackAsync([1000001, 1000002, 1000003], cancellationToken);
        await output.WriteLineAsync($"{result.Added} are new, {result.AlreadyTracked} were tracked already.");

        await foreach (var item in client.ListInfluencersAsync(cancellationToken: cancellationToken))
            await output.WriteLineAsync($"{item.Id} {item.Username ?? "(not read yet)"} {item.Status}");
        // end
    }

    public static async Task ExportAsync(InfluencerAnalyticsClient client, string path, CancellationToken cancellationToken)
    {
        // example: export
        var range = new ReadingRange("2026-11-23T15:00:00Z", "2026-11-23T15:59:59Z");
        await using var download = await client.ExportAsync(range, "raw", cancellationToken);
        await using var file = File.Create(path);
        await download.Rows.CopyToAsync(file, cancellationToken);
        // end
    }

    public static async Task StreamAsync(InfluencerAnalyticsClient client, TextWriter output, CancellationToken cancellationToken)
    {
        // example: stream
        var options = new StreamOptions { Interrupted = (why, pause) => output.WriteLine($"Not connected ({why?.Message ?? "the server ended the stream"}): again in {pause.TotalSeconds:0.0} s.") };
        await foreach (var happened in client.StreamAsync([1000001, 1000002], options: options, cancellationToken: cancellationToken))
        {
            if (happened.Point is { } point)
                await output.WriteLineAsync($"{point.Slot} {point.Id} {point.FollowerCount}");
            else if (happened.Gap is not null)
                await output.WriteLineAsync("Readings are missing here; the timeline has them.");
        }
        // end
    }

    public static async Task FailAsync(InfluencerAnalyticsClient client, long id, TextWriter output, CancellationToken cancellationToken)
    {
        // example: errors
        try
        {
            await client.GetInfluencerAsync(id, cancellationToken);
        }
        catch (ApiProblemException problem) when (problem.Status == HttpStatusCode.NotFound)
        {
            await output.WriteLineAsync(problem.Detail);
        }
        catch (ApiProblemException problem) when (problem.RetryAfter is { } wait)
        {
            await output.WriteLineAsync($"Not now ({problem.Detail}): again in {wait.TotalSeconds} s.");
        }
        // end
    }
}
