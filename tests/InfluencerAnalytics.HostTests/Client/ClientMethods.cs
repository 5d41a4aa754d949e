using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>A call of every method of the client, by name: what holds for one has to hold for all.</summary>
internal static class ClientMethods
{
    public const long Id = 1;

    public static IReadOnlyDictionary<string, Func<InfluencerAnalyticsClient, CancellationToken, Task>> Calls { get; } =
        new Dictionary<string, Func<InfluencerAnalyticsClient, CancellationToken, Task>>
        {
            [nameof(InfluencerAnalyticsClient.GetInfluencerAnalyticsAsync)] = (client, token) => client.GetInfluencerAnalyticsAsync(Id, ReadingRange.LastDay, token),
            [nameof(InfluencerAnalyticsClient.GetInfluencerAsync)] = (client, token) => client.GetInfluencerAsync(Id, token),
            [nameof(InfluencerAnalyticsClient.GetTimelineAsync)] = (client, token) => client.GetTimelineAsync(Id, ReadingRange.LastDay, "1h", token),
            [nameof(InfluencerAnalyticsClient.DownloadTimelineAsync)] = (client, token) => ReadAllAsync(client.DownloadTimelineAsync(Id, ReadingRange.LastDay, "raw", token), token),
            [nameof(InfluencerAnalyticsClient.GetRankAsync)] = (client, token) => client.GetRankAsync(Id, token),
            [nameof(InfluencerAnalyticsClient.GetSuspicionAsync)] = (client, token) => client.GetSuspicionAsync(Id, token),
            [nameof(InfluencerAnalyticsClient.GetSummaryAsync)] = (client, token) => client.GetSummaryAsync(token),
            [nameof(InfluencerAnalyticsClient.GetLeaderboardAsync)] = (client, token) => client.GetLeaderboardAsync(new LeaderboardQuery(Around: Id), token),
            [nameof(InfluencerAnalyticsClient.DownloadLeaderboardAsync)] = (client, token) => ReadAllAsync(client.DownloadLeaderboardAsync(cancellationToken: token), token),
            [nameof(InfluencerAnalyticsClient.GetMoversAsync)] = (client, token) => client.GetMoversAsync(cancellationToken: token),
            [nameof(InfluencerAnalyticsClient.DownloadMoversAsync)] = (client, token) => ReadAllAsync(client.DownloadMoversAsync(cancellationToken: token), token),
            [nameof(InfluencerAnalyticsClient.GetSummaryTimelineAsync)] = (client, token) => client.GetSummaryTimelineAsync(ReadingRange.LastDay, "1h", token),
            [nameof(InfluencerAnalyticsClient.DownloadSummaryTimelineAsync)] = (client, token) => ReadAllAsync(client.DownloadSummaryTimelineAsync(ReadingRange.LastDay, "raw", token), token),
            [nameof(InfluencerAnalyticsClient.ListInfluencersAsync)] = async (client, token) =>
            {
                await foreach (var _ in client.ListInfluencersAsync(cancellationToken: token))
                {
                }
            },
            [nameof(InfluencerAnalyticsClient.GetRosterPageAsync)] = (client, token) => client.GetRosterPageAsync(cancellationToken: token),
            [nameof(InfluencerAnalyticsClient.TrackAsync)] = (client, token) => client.TrackAsync([Id], token),
            [nameof(InfluencerAnalyticsClient.UntrackAsync)] = (client, token) => client.UntrackAsync(Id, token),
            [nameof(InfluencerAnalyticsClient.ExportAsync)] = (client, token) => ReadAllAsync(client.ExportAsync(ReadingRange.LastDay, "raw", token), token),
            [nameof(InfluencerAnalyticsClient.StreamAsync)] = async (client, token) =>
            {
                await foreach (var _ in client.StreamAsync([Id], options: new StreamOptions { Reconnect = false }, cancellationToken: token))
                    break;
            },
            [nameof(InfluencerAnalyticsClient.GetPipelineAsync)] = (client, token) => client.GetPipelineAsync(token),
            [nameof(InfluencerAnalyticsClient.ListDeadLettersAsync)] = (client, token) => client.ListDeadLettersAsync(cancellationToken: token),
            [nameof(InfluencerAnalyticsClient.ReplayDeadLettersAsync)] = (client, token) => client.ReplayDeadLettersAsync(null, cancellationToken: token),
            [nameof(InfluencerAnalyticsClient.DropDeadLetterAsync)] = (client, token) => client.DropDeadLetterAsync("1-1", cancellationToken: token),
            [nameof(InfluencerAnalyticsClient.CreateBackupAsync)] = (client, token) => client.CreateBackupAsync(token),
            [nameof(InfluencerAnalyticsClient.RequestGenerationAsync)] = (client, token) => client.RequestGenerationAsync(token),
            [nameof(InfluencerAnalyticsClient.GetConfigAsync)] = (client, token) => client.GetConfigAsync(token),
            [nameof(InfluencerAnalyticsClient.ChangeConfigAsync)] = (client, token) => client.ChangeConfigAsync(new ConfigChangeRequest(ShardSize: 100), token),
            [nameof(InfluencerAnalyticsClient.SignInAsync)] = (client, token) => client.SignInAsync("a key", token),
            [nameof(InfluencerAnalyticsClient.GetSessionAsync)] = (client, token) => client.GetSessionAsync(token),
            [nameof(InfluencerAnalyticsClient.SignOutAsync)] = (client, token) => client.SignOutAsync("a token", token),
            [nameof(InfluencerAnalyticsClient.GetLiveAsync)] = (client, token) => client.GetLiveAsync(token),
            [nameof(InfluencerAnalyticsClient.GetReadyAsync)] = (client, token) => client.GetReadyAsync(token),
        };

    /// <summary>Reads a download to its end, as lines.</summary>
    public static async Task<List<string>> ReadAllAsync(Task<CsvDownload> opening, CancellationToken cancellationToken)
    {
        await using var download = await opening;
        using var reader = new StreamReader(download.Rows);
        return [.. (await reader.ReadToEndAsync(cancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
    }
}
