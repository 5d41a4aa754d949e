using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Client;

/// <summary>
/// Asks the HTTP API of Influencer Analytics: a method an endpoint. Safe for concurrent use.
/// Every method throws an <see cref="ApiProblemException"/> when the API answers with an error, an <see cref="HttpRequestException"/> when it cannot be reached, does not answer in
/// time or breaks off, and a <see cref="System.Text.Json.JsonException"/> when what answers does not speak this API (or this version of it).
/// </summary>
/// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is where the API listens, its timeout how long an answer (of a download: its beginning) is waited for. It stays the caller's.</param>
/// <param name="apiKey">Needed for whatever changes something, for dead letters, exports and configuration. Printable ASCII without spaces; null for none.</param>
public sealed class InfluencerAnalyticsClient(HttpClient http, string? apiKey = null)
{
    private const string Influencers = "api/v1/influencers";
    private const string DeadLetters = "api/v1/dead-letters";
    private const string Config = "api/v1/config";
    private const string Session = "api/v1/session";

    private readonly ApiRequests _requests = new(http, apiKey);

    /// <summary>Minutes of one influencer, as the original system answered them. No data is an empty list.</summary>
    /// <param name="id">From 1 to 2^53-1, as every influencer's id here.</param>
    public Task<OriginalResponse> GetInfluencerAnalyticsAsync(long id, ReadingRange range, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(
            PathTo("influencer_analytics", id) + Query(("start_time", range.Start), ("end_time", range.End)), ApiJsonContext.Default.OriginalResponse, cancellationToken);

    /// <summary>One influencer now.</summary>
    public Task<InfluencerResponse> GetInfluencerAsync(long id, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(PathTo(Influencers, id), ApiJsonContext.Default.InfluencerResponse, cancellationToken);

    /// <summary>Its counts over time, in columns.</summary>
    /// <param name="resolution"><c>raw</c>, <c>1m</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>, or <c>auto</c> for the finest that stays within 1,500 points, which null means as well.</param>
    public Task<TimelineResponse> GetTimelineAsync(long id, ReadingRange range, string? resolution = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(TimelineOf(id, range, resolution, "json"), ApiJsonContext.Default.TimelineResponse, cancellationToken);

    /// <summary>Its counts over time, as CSV of any length.</summary>
    /// <param name="resolution">As for <see cref="GetTimelineAsync"/>.</param>
    public Task<CsvDownload> DownloadTimelineAsync(long id, ReadingRange range, string? resolution = null, CancellationToken cancellationToken = default) =>
        _requests.DownloadAsync(TimelineOf(id, range, resolution, "csv"), cancellationToken);

    /// <summary>Its rank among all by followers.</summary>
    public Task<RankResponse> GetRankAsync(long id, CancellationToken cancellationToken = default) =>
        _requests.GetAsync($"{PathTo(Influencers, id)}/rank", ApiJsonContext.Default.RankResponse, cancellationToken);

    /// <summary>Whether its followers look bought, and what was said of that before.</summary>
    public Task<SuspicionResponse> GetSuspicionAsync(long id, CancellationToken cancellationToken = default) =>
        _requests.GetAsync($"{PathTo(Influencers, id)}/suspicion", ApiJsonContext.Default.SuspicionResponse, cancellationToken);

    /// <summary>How many influencers there are, and their averages.</summary>
    public Task<SummaryResponse> GetSummaryAsync(CancellationToken cancellationToken = default) =>
        _requests.GetAsync("api/v1/summary", ApiJsonContext.Default.SummaryResponse, cancellationToken);

    /// <summary>A page of the leaderboard: most followers first, equal counts by id.</summary>
    public Task<LeaderboardResponse> GetLeaderboardAsync(LeaderboardQuery? query = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(LeaderboardOf(query, "json"), ApiJsonContext.Default.LeaderboardResponse, cancellationToken);

    /// <summary>The same as CSV.</summary>
    public Task<CsvDownload> DownloadLeaderboardAsync(LeaderboardQuery? query = null, CancellationToken cancellationToken = default) =>
        _requests.DownloadAsync(LeaderboardOf(query, "csv"), cancellationToken);

    /// <summary>Who gained or lost most over a window.</summary>
    public Task<MoversResponse> GetMoversAsync(MoversQuery? query = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(MoversOf(query, "json"), ApiJsonContext.Default.MoversResponse, cancellationToken);

    /// <summary>The same as CSV.</summary>
    public Task<CsvDownload> DownloadMoversAsync(MoversQuery? query = null, CancellationToken cancellationToken = default) =>
        _requests.DownloadAsync(MoversOf(query, "csv"), cancellationToken);

    /// <summary>The averages over all influencers over time, and how many report, in columns.</summary>
    /// <param name="resolution">As for <see cref="GetTimelineAsync"/>; <c>raw</c> is a row a slot.</param>
    public Task<SummaryTimelineResponse> GetSummaryTimelineAsync(ReadingRange range, string? resolution = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(SummaryTimelineOf(range, resolution, "json"), ApiJsonContext.Default.SummaryTimelineResponse, cancellationToken);

    /// <summary>The same, as CSV of any length.</summary>
    /// <param name="resolution">As for <see cref="GetSummaryTimelineAsync"/>.</param>
    public Task<CsvDownload> DownloadSummaryTimelineAsync(ReadingRange range, string? resolution = null, CancellationToken cancellationToken = default) =>
        _requests.DownloadAsync(SummaryTimelineOf(range, resolution, "csv"), cancellationToken);

    /// <summary>The roster, page after page as it is read: by id, or by username where that is searched for.</summary>
    /// <param name="query">An id, or how a username begins; null for all.</param>
    /// <param name="pageSize">Influencers a request, from 1 to 1,000.</param>
    /// <param name="status">Only <c>tracked</c>, <c>failing</c>, <c>gone</c> or <c>removed</c> ones; null for all but the removed.</param>
    public async IAsyncEnumerable<RosterItem> ListInfluencersAsync(
        string? query = null, int pageSize = 1000, string? status = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await GetRosterPageAsync(query, pageSize, cursor, status, cancellationToken);
            foreach (var item in page.Items)
                yield return item;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>One page of the roster, for who shows pages. It can be short, even empty, before the end.</summary>
    /// <param name="query">As for <see cref="ListInfluencersAsync"/>.</param>
    /// <param name="limit">From 1 to 1,000; null for 100.</param>
    /// <param name="cursor">The <see cref="RosterResponse.NextCursor"/> of the page before; null for the first.</param>
    /// <param name="status">As for <see cref="ListInfluencersAsync"/>.</param>
    public Task<RosterResponse> GetRosterPageAsync(
        string? query = null, int? limit = null, string? cursor = null, string? status = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(
            Influencers + Query(("query", query), ("status", status), ("limit", Text(limit)), ("cursor", cursor)), ApiJsonContext.Default.RosterResponse, cancellationToken);

    /// <summary>Tracks influencers; those tracked already stay as they are.</summary>
    /// <param name="ids">From 1 to <see cref="TrackRequest.MaxIds"/> of them.</param>
    public Task<TrackResponse> TrackAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken = default) =>
        _requests.AskAsync(
            HttpMethod.Post, Influencers, ApiRequests.Body(new TrackRequest(ids), ApiJsonContext.Default.TrackRequest), ApiJsonContext.Default.TrackResponse, cancellationToken);

    /// <summary>Stops tracking one; its history stays.</summary>
    public Task UntrackAsync(long id, CancellationToken cancellationToken = default) =>
        _requests.DoAsync(HttpMethod.Delete, PathTo(Influencers, id), cancellationToken);

    /// <summary>All influencers as CSV: by period, in a period by id, and of an influencer by time. So many run at once; one more is a 429.</summary>
    /// <param name="resolution"><c>raw</c>, which null means as well, <c>1m</c>, <c>5m</c>, <c>1h</c> or <c>1d</c>.</param>
    public Task<CsvDownload> ExportAsync(ReadingRange range, string? resolution = null, CancellationToken cancellationToken = default) =>
        _requests.DownloadAsync("api/v1/export" + Query(("start", range.Start), ("end", range.End), ("resolution", resolution)), cancellationToken);

    /// <summary>Coverage of the last slots, fetching, queues, ingesting and the store.</summary>
    public Task<PipelineResponse> GetPipelineAsync(CancellationToken cancellationToken = default) =>
        _requests.GetAsync("api/v1/pipeline", ApiJsonContext.Default.PipelineResponse, cancellationToken);

    /// <summary>
    /// New readings of up to 100 influencers as they are stored, and a summary with each new slot. When the connection ends or cannot be made it connects again behind the last event
    /// that was read, with growing pauses, until it is cancelled: what was missed comes then, or a <see cref="StreamEvent.Gap"/> says that it is more than the server remembers. What
    /// cannot pass by waiting (400, 401, 403, 404 and the like) ends it with an <see cref="ApiProblemException"/>.
    /// </summary>
    /// <param name="ids">Whose; none for the summaries alone.</param>
    /// <param name="lastEventId">The last <see cref="StreamEvent.Id"/> that is known already; null for none.</param>
    /// <param name="options">How it connects again, or that it does not; null for the defaults.</param>
    public IAsyncEnumerable<StreamEvent> StreamAsync(
        IReadOnlyList<long> ids, string? lastEventId = null, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        var path = "api/v1/stream" + Query(("ids", ids.Count == 0 ? null : string.Join(',', ids.Select(static id => id.ToString(CultureInfo.InvariantCulture)))));
        return new EventStream(last => _requests.Connect(path, last), options ?? new StreamOptions()).ReadAsync(lastEventId, cancellationToken);
    }

    /// <summary>What could not be processed, and why; the oldest first.</summary>
    /// <param name="queue">Only those of this queue; null for all.</param>
    /// <param name="limit">From 1 to 100; null for 100.</param>
    public Task<DeadLettersResponse> ListDeadLettersAsync(string? queue = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _requests.GetAsync(DeadLetters + Query(("queue", queue), ("limit", Text(limit))), ApiJsonContext.Default.DeadLettersResponse, cancellationToken);

    /// <summary>Sends dead letters to their queue again.</summary>
    /// <param name="ids">Which; null for all.</param>
    /// <param name="queue">Only those of this queue; null for all.</param>
    public Task<ReplayResponse> ReplayDeadLettersAsync(IReadOnlyList<string>? ids, string? queue = null, CancellationToken cancellationToken = default) =>
        _requests.AskAsync(
            HttpMethod.Post, $"{DeadLetters}/replay{Query(("queue", queue))}",
            ApiRequests.Body(new ReplayRequest(ids), ApiJsonContext.Default.ReplayRequest), ApiJsonContext.Default.ReplayResponse, cancellationToken);

    /// <summary>Drops a dead letter for good.</summary>
    /// <param name="id">As the list shows it.</param>
    /// <param name="queue">Only in this queue; null for whichever has it.</param>
    public Task DropDeadLetterAsync(string id, string? queue = null, CancellationToken cancellationToken = default) =>
        _requests.DoAsync(HttpMethod.Delete, $"{DeadLetters}/{Uri.EscapeDataString(id)}{Query(("queue", queue))}", cancellationToken);

    /// <summary>Makes a consistent copy of queues and store beside the data, on embedded storage.</summary>
    public Task<BackupResponse> CreateBackupAsync(CancellationToken cancellationToken = default) =>
        _requests.AskAsync(HttpMethod.Post, "api/v1/backups", null, ApiJsonContext.Default.BackupResponse, cancellationToken);

    /// <summary>Asks for the roster to be seeded anew: done once <see cref="GetPipelineAsync"/> shows a generation above the one in the answer.</summary>
    public Task<GenerationRequestResponse> RequestGenerationAsync(CancellationToken cancellationToken = default) =>
        _requests.AskAsync(HttpMethod.Post, "api/v1/generations", null, ApiJsonContext.Default.GenerationRequestResponse, cancellationToken);

    /// <summary>What the deployment agreed on: interval, shard size, provider.</summary>
    public Task<ConfigResponse> GetConfigAsync(CancellationToken cancellationToken = default) =>
        _requests.GetAsync(Config, ApiJsonContext.Default.ConfigResponse, cancellationToken);

    /// <summary>Changes what the deployment agreed on; what is null stays.</summary>
    public Task<ConfigChangeResponse> ChangeConfigAsync(ConfigChangeRequest change, CancellationToken cancellationToken = default) =>
        _requests.AskAsync(
            HttpMethod.Patch, Config, ApiRequests.Body(change, ApiJsonContext.Default.ConfigChangeRequest), ApiJsonContext.Default.ConfigChangeResponse, cancellationToken);

    /// <summary>Signs in with a key: from then on the cookies of the <see cref="HttpClient"/> count as the key. For who keeps no key of its own; a client that has one needs no session.</summary>
    public Task<SessionResponse> SignInAsync(string key, CancellationToken cancellationToken = default) =>
        _requests.AskAsync(
            HttpMethod.Post, Session, ApiRequests.Body(new SessionRequest(key), ApiJsonContext.Default.SessionRequest), ApiJsonContext.Default.SessionResponse, cancellationToken);

    /// <summary>The session that the cookies stand for.</summary>
    public Task<SessionResponse> GetSessionAsync(CancellationToken cancellationToken = default) =>
        _requests.GetAsync(Session, ApiJsonContext.Default.SessionResponse, cancellationToken);

    /// <summary>Ends the session that the cookies stand for.</summary>
    /// <param name="antiforgeryToken">Of the session.</param>
    public Task SignOutAsync(string antiforgeryToken, CancellationToken cancellationToken = default) =>
        _requests.DoAsync(HttpMethod.Delete, Session, cancellationToken, (ApiHeaders.AntiforgeryToken, antiforgeryToken));

    /// <summary>Whether the process answers at all.</summary>
    public Task<HealthResponse> GetLiveAsync(CancellationToken cancellationToken = default) =>
        _requests.GetAsync("health/live", ApiJsonContext.Default.HealthResponse, cancellationToken);

    /// <summary>Whether every part of the process works, and if not, why.</summary>
    public async Task<ReadyAnswer> GetReadyAsync(CancellationToken cancellationToken = default)
    {
        using var response = await _requests.SendAsync("health/ready", cancellationToken);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            var problem = await ApiRequests.ReadProblemAsync(response, cancellationToken);
            // Whatever stands before the process may say in words of its own that it is not there.
            return new ReadyAnswer(false, problem.Reasons ?? (problem.Detail is { } detail ? [detail] : []), []);
        }
        await ApiRequests.ThrowForProblemAsync(response, cancellationToken);
        return new ReadyAnswer(true, [], (await ApiRequests.ReadAsync(response, ApiJsonContext.Default.HealthResponse, cancellationToken)).Notes ?? []);
    }

    private static string TimelineOf(long id, ReadingRange range, string? resolution, string format) =>
        $"{PathTo(Influencers, id)}/timeline{Query(("format", format), ("start", range.Start), ("end", range.End), ("resolution", resolution))}";

    private static string LeaderboardOf(LeaderboardQuery? query, string format) => "api/v1/leaderboard" + Query(
        ("format", format), ("limit", Text(query?.Limit)), ("offset", Text(query?.Offset)), ("around", query?.Around?.ToString(CultureInfo.InvariantCulture)),
        ("excludeSuspicious", query?.ExcludeSuspicious == true ? "true" : null));

    private static string MoversOf(MoversQuery? query, string format) => "api/v1/movers" + Query(
        ("format", format), ("window", query?.Window), ("direction", query?.Direction), ("by", query?.By), ("limit", Text(query?.Limit)));

    private static string SummaryTimelineOf(ReadingRange range, string? resolution, string format) =>
        $"api/v1/summary/timeline{Query(("format", format), ("start", range.Start), ("end", range.End), ("resolution", resolution))}";

    private static string PathTo(string collection, long id) => string.Create(CultureInfo.InvariantCulture, $"{collection}/{id}");

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = "";
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }
        return query;
    }
}
