using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using InfluencerAnalytics.Client.Contract;

namespace InfluencerAnalytics.Client;

/// <summary>Sends requests and reads answers: JSON of known types, streams, problems. Safe for concurrent use.</summary>
internal sealed class ApiRequests(HttpClient http, string? apiKey)
{
    private static readonly MediaTypeWithQualityHeaderValue Csv = new("text/csv");
    private static readonly MediaTypeWithQualityHeaderValue Events = new(EventConnection.MediaType);

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, type, cancellationToken);

    /// <summary>Sends a body, or none, and reads the answer.</summary>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, cancellationToken);
        await ThrowForProblemAsync(response, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    /// <summary>Sends a request whose answer is that it was done.</summary>
    public async Task DoAsync(HttpMethod method, string path, CancellationToken cancellationToken, (string Name, string Value)? header = null)
    {
        using var response = await SendAsync(method, path, null, HttpCompletionOption.ResponseContentRead, cancellationToken, header: header);
        await ThrowForProblemAsync(response, cancellationToken);
    }

    public async Task<CsvDownload> DownloadAsync(string path, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken, Csv);
        try
        {
            await ThrowForProblemAsync(response, cancellationToken);
            var availableFrom = response.Headers.TryGetValues(ApiHeaders.AvailableFrom, out var values) ? values.FirstOrDefault() : null;
            // The stream ends the response when it is disposed.
            return new CsvDownload(await response.Content.ReadAsStreamAsync(cancellationToken), availableFrom);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>One connection of a stream.</summary>
    /// <param name="lastEventId">Behind which event; null for none.</param>
    public EventConnection Connect(string path, string? lastEventId) => new(cancellationToken => SendAsync(
        HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken, Events, lastEventId is null ? null : ("Last-Event-ID", lastEventId)));

    /// <summary>The answer whatever its status is; whoever asks reads it.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, cancellationToken);

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(body, type, cancellationToken) ?? throw new JsonException("The answer is null.");
    }

    public static async Task<ProblemResponse> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(response, ApiJsonContext.Default.ProblemResponse, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException)
        {
            // Not of this API, or cut off: the status is all that is known.
            return new ProblemResponse();
        }
    }

    public static HttpContent Body<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    public static async Task ThrowForProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var problem = await ReadProblemAsync(response, cancellationToken);
        throw new ApiProblemException(response.StatusCode, problem.Title, problem.Detail) { RetryAfter = RetryAfterOf(response) };
    }

    // A proxy may say it as a time; that is of the clock that wrote the answer.
    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } when response.Headers.Date is { } now => at > now ? at - now : TimeSpan.Zero,
        _ => null,
    };

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, CancellationToken cancellationToken, MediaTypeWithQualityHeaderValue? accept = null,
        (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        if (apiKey is { Length: > 0 })
            request.Headers.Add(ApiHeaders.Key, apiKey);
        if (accept is not null)
            request.Headers.Accept.Add(accept);
        if (header is var (name, value))
            request.Headers.Add(name, value);
        try
        {
            return await http.SendAsync(request, completion, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A connection, or an answer, that does not come in time is told by HttpClient as a cancellation that nobody asked for.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{http.BaseAddress} did not answer in time.", exception);
        }
    }
}
