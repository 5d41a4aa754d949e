using System.Net;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary>
/// The running <c>up</c> or <c>serve</c> that a command asks. How to ask is known by <see cref="InfluencerAnalyticsClient"/>; what it means for the user that an answer does
/// not come is said here: every failure is a <see cref="CommandFailedException"/> with what to do. Safe for concurrent use.
/// </summary>
internal sealed class RunningServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly InfluencerAnalyticsClient _client;
    private readonly KeyToSend _key;
    private readonly bool _isNamed;

    /// <param name="address">Where to ask.</param>
    /// <param name="isNamed">Whether the user named the address: then it is that process or none, never the local directory.</param>
    /// <param name="key">Sent with every request.</param>
    public RunningServer(Uri address, bool isNamed, KeyToSend key)
    {
        (_isNamed, _key) = (isNamed, key);
        // A proxy of the environment is for the world outside; a running 'up' is reached directly. An export may take as long as it takes.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client = new InfluencerAnalyticsClient(_http, key.Key);
    }

    private Uri Address => _http.BaseAddress!;

    public void Dispose() => _http.Dispose();

    /// <summary>Whether anything answers as this program does. False means that the local directory may be used instead.</summary>
    /// <exception cref="CommandFailedException">Nothing does where the user said that it runs.</exception>
    public async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.GetLiveAsync(cancellationToken);
            return true;
        }
        catch (JsonException exception)
        {
            return NotOurs(exception);
        }
        catch (ApiProblemException problem)
        {
            // One of ours in trouble is one of ours; whatever answers "no such page" is somebody else.
            return problem.Status >= HttpStatusCode.InternalServerError || NotOurs(problem);
        }
        catch (HttpRequestException exception)
        {
            return _isNamed ? throw NotRunning(exception) : false;
        }
    }

    /// <exception cref="CommandFailedException">There is no answer, or not the one that was asked for.</exception>
    public async Task<T> AskAsync<T>(Func<InfluencerAnalyticsClient, Task<T>> question)
    {
        try
        {
            return await question(_client);
        }
        catch (ApiProblemException problem)
        {
            // What the server calls a bad request is what the user gave: commands send nothing else that could be wrong.
            var code = problem.Status == HttpStatusCode.BadRequest ? ExitCodes.InvalidInput : ExitCodes.Failure;
            throw new CommandFailedException(code, Describe(problem), problem);
        }
        catch (HttpRequestException exception)
        {
            throw NotRunning(exception);
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException(
                ExitCodes.Failure, $"The answer of {Address} is not what this version understands; is it influencer-analytics of the same version that listens there?", exception);
        }
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(Func<InfluencerAnalyticsClient, Task> question) => AskAsync(async client =>
    {
        await question(client);
        return true;
    });

    /// <summary>Whether the process, of whatever role, can work.</summary>
    /// <exception cref="CommandFailedException">There is no answer.</exception>
    public Task<ReadyAnswer> AskReadyAsync(CancellationToken cancellationToken) => AskAsync(client => client.GetReadyAsync(cancellationToken));

    private bool NotOurs(Exception exception) =>
        _isNamed ? throw new CommandFailedException(ExitCodes.NotRunning, $"What answers on {Address} is not influencer-analytics. Nothing was done.", exception) : false;

    private CommandFailedException NotRunning(Exception exception) => new(
        ExitCodes.NotRunning, $"Nothing answers on {Address}: start 'influencer-analytics up', or name where it listens with --url (or its directory with --data).", exception);

    private string Describe(ApiProblemException problem) => problem.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? $"{Address} wants an API key. 'up' keeps one in its data directory: name that with --data (looked at {_key.File}), or put a key into {KeyToSend.Variable}."
        : $"{Address} {problem.Message}";
}
