using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Commands;

/// <summary>Asks a running <c>up</c> or <c>serve</c>. Failures are <see cref="CommandFailedException"/>s with what to do. Safe for concurrent use.</summary>
internal sealed class ApiClient : IDisposable
{
    public const string KeyVariable = "INFLUENCER_ANALYTICS_API_KEY";

    private const string KeyHeader = "X-Api-Key";

    private readonly HttpClient _http;
    private readonly string _keyFile;
    private readonly bool _isNamed;

    /// <param name="address">Where to ask.</param>
    /// <param name="isNamed">Whether the user named the address: then it is that process or none, never the local directory.</param>
    /// <param name="dataDirectory">Whose key is sent.</param>
    public ApiClient(Uri address, bool isNamed, string dataDirectory)
    {
        _isNamed = isNamed;
        _keyFile = Path.Combine(dataDirectory, ApiKeyFile.FileName);
        var key = ReadKey();
        // A proxy of the environment is for the world outside; a running 'up' is reached directly.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (key is { Length: > 0 })
            _http.DefaultRequestHeaders.Add(KeyHeader, key);
    }

    public Uri Address => _http.BaseAddress!;

    public void Dispose() => _http.Dispose();

    /// <summary>Whether anything answers as this program does. False means that the local directory may be used instead.</summary>
    /// <exception cref="CommandFailedException">Nothing does where the user said that it runs.</exception>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("health/live", UriKind.Relative), cancellationToken);
            // One of ours in trouble is one of ours; whatever answers "no such page" is somebody else.
            if (response.IsSuccessStatusCode || response.StatusCode >= HttpStatusCode.InternalServerError)
                return true;
            return _isNamed ? throw new CommandFailedException(ExitCodes.NotRunning, $"What answers on {Address} is not influencer-analytics. Nothing was done.") : false;
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            return _isNamed ? throw NotRunning(exception) : false;
        }
    }

    /// <summary>Why the process is not ready; empty when it is, or does not say.</summary>
    public async Task<IReadOnlyList<string>> ReadUnreadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellationToken);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                return [];
            var answer = await ReadJsonAsync(response, cancellationToken);
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array
                ? [.. reasons.EnumerateArray().Select(static reason => reason.ToString())]
                : [];
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            throw NotRunning(exception);
        }
    }

    public async Task<JsonElement> GetJsonAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    public async Task<JsonElement> PostJsonAsync(string path, object? body, CancellationToken cancellationToken)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await SendAsync(HttpMethod.Post, path, content, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    public async Task<JsonElement> PatchJsonAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body);
        using var response = await SendAsync(HttpMethod.Patch, path, content, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await ReadJsonAsync(response, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Delete, path, null, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }

    /// <summary>Copies a response's body as it comes; throws when it breaks off.</summary>
    public async Task DownloadAsync(string path, Stream into, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                throw new CommandFailedException(ExitCodes.Failure, $"The answer broke off in the middle: {exception.Message} What was written is not complete.", exception);
            }
            if (read == 0)
                return;
            await into.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
            response = await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (Exception exception) when (IsUnreachable(exception, cancellationToken))
        {
            throw NotRunning(exception);
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            // What the server calls a bad request is what the user gave: commands send nothing else that could be wrong.
            var code = response.StatusCode == HttpStatusCode.BadRequest ? ExitCodes.InvalidInput : ExitCodes.Failure;
            throw new CommandFailedException(code, await DescribeAsync(response, cancellationToken));
        }
    }

    // A connection that is not made in time comes as a cancellation that nobody asked for.
    private static bool IsUnreachable(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private CommandFailedException NotRunning(Exception exception) => new(
        ExitCodes.NotRunning, $"Nothing answers on {Address}: start 'influencer-analytics up', or name where it listens with --url (or its directory with --data).", exception);

    private async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return $"{Address} wants an API key. 'up' keeps one in its data directory: name that with --data (looked at {_keyFile}), or put a key into {KeyVariable}.";
        var problem = await ReadProblemAsync(response, cancellationToken);
        return $"{Address} answered {(int)response.StatusCode}{(problem is null ? "." : $": {problem}")}";
    }

    private static async Task<string?> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var json = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            var title = json.TryGetProperty("title", out var t) ? t.GetString() : null;
            var detail = json.TryGetProperty("detail", out var d) ? d.GetString() : null;
            return string.Join(": ", new[] { title, detail }.Where(text => !string.IsNullOrEmpty(text)));
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return response.Content.Headers.ContentLength == 0 ? default : await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException(ExitCodes.Failure, $"{Address} did not answer in JSON; is it influencer-analytics that listens there?", exception);
        }
    }

    private string? ReadKey()
    {
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } given)
        {
            return ApiKeyFile.IsSendable(given)
                ? given
                : throw new CommandFailedException(ExitCodes.InvalidInput, $"{KeyVariable} is no API key: a key is printable ASCII without spaces.");
        }
        try
        {
            var key = File.ReadAllText(_keyFile).Trim();
            return ApiKeyFile.IsSendable(key)
                ? key
                : throw new CommandFailedException(
                    ExitCodes.DirectoryUnusable, $"{_keyFile} holds something else than an API key: a key is printable ASCII without spaces. Put the right one there, or into {KeyVariable}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
