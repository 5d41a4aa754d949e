using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;

namespace InfluencerAnalytics.Sqs.Connection;

/// <summary>
/// Calls SQS: the client, made with the first call so that a process starts without it, the addresses of the queues, and what failed in words. Safe for concurrent use.
/// </summary>
internal sealed class SqsConnection : IDisposable
{
    // The SDK tries again by itself after a throttled call or a connection that broke; those who call try for as long as there is time.
    private const int Retries = 2;

    private readonly ConcurrentDictionary<string, string> _urls = new(StringComparer.Ordinal);
    private readonly ClockGuard _clock;
    private readonly Counter<long>? _calls;
    private readonly Counter<long>? _units;
    private readonly Lock _making = new();
    private AmazonSQSClient? _client;

    /// <param name="options">Where SQS is.</param>
    /// <param name="clock">Told what time the answers carry.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public SqsConnection(SqsOptions options, ClockGuard clock, IMeterFactory? meters = null)
    {
        (Options, _clock) = (options, clock);
        if (meters?.Create(ProgramMeter.Name) is not { } meter)
            return;
        _calls = meter.CreateCounter<long>($"{ProgramMeter.Name}.sqs.calls", "{call}", "Calls of SQS, by queue and action; polls that brought nothing are among them.");
        _units = meter.CreateCounter<long>($"{ProgramMeter.Name}.sqs.billed_units", "{unit}", "What SQS bills of them, by queue and action: each started 64 KiB of a call's messages, and at least one.");
    }

    public SqsOptions Options { get; }

    /// <summary>As SQS knows a queue.</summary>
    public string NameOf(string queue) => Options.QueuePrefix + queue;

    /// <summary>Makes a call about one queue.</summary>
    /// <param name="queue">Its name without prefix.</param>
    /// <param name="action">As SQS calls it.</param>
    /// <param name="call">Gets the client and the queue's address.</param>
    /// <param name="wait">How long SQS is asked to wait before it answers.</param>
    /// <param name="sentBytes">Of the messages that it sends.</param>
    /// <param name="receivedBytes">Of the messages that its answer brings; null when it brings none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="QueueUnavailableException">It failed, for whatever reason; the message says which, and what to do.</exception>
    public async ValueTask<T> CallAsync<T>(
        string queue, string action, Func<IAmazonSQS, string, CancellationToken, Task<T>> call, TimeSpan wait, CancellationToken cancellationToken,
        long sentBytes = 0, Func<T, long>? receivedBytes = null)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Options.CallTimeout + wait);
        try
        {
            var client = Client();
            var url = await UrlOfAsync(client, queue, timeout.Token);
            _calls?.Add(1, new("queue", queue), new("action", action));
            _units?.Add(UnitsOf(sentBytes), new("queue", queue), new("action", action));
            var answer = await call(client, url, timeout.Token);
            // One is counted already.
            if (receivedBytes is not null)
                _units?.Add(UnitsOf(receivedBytes(answer)) - 1, new("queue", queue), new("action", action));
            return answer;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && SqsErrors.IsOfTheCall(exception))
        {
            // It may have been deleted, and made again elsewhere.
            if (exception is QueueDoesNotExistException)
                _urls.TryRemove(queue, out _);
            throw SqsErrors.Explain(exception, NameOf(queue), Options);
        }
    }

    /// <summary>Makes a call that is about no one queue. Failures are thrown as they are.</summary>
    public IAmazonSQS Client()
    {
        lock (_making)
            return _client ??= new AmazonSQSClient(Config());
    }

    public void Dispose() => _client?.Dispose();

    private static long UnitsOf(long bytes) => Math.Max(1, (bytes + QueueLimits.BilledUnitBytes - 1) / QueueLimits.BilledUnitBytes);

    private AmazonSQSConfig Config()
    {
        var config = new AmazonSQSConfig
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = Retries,
            HttpClientFactory = new ClientFactory(_clock),
            // Longer than any call here may take: these have limits of their own.
            Timeout = TimeSpan.FromMinutes(2),
        };
        if (Options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.ToString();
            config.AuthenticationRegion = Options.Region ?? Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }
        else if (Options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        return config;
    }

    private async ValueTask<string> UrlOfAsync(IAmazonSQS client, string queue, CancellationToken cancellationToken)
    {
        if (_urls.TryGetValue(queue, out var known))
            return known;
        var response = await client.GetQueueUrlAsync(NameOf(queue), cancellationToken);
        return _urls[queue] = response.QueueUrl is { Length: > 0 } url ? url : throw new HttpRequestException("The answer names no queue.");
    }

    private sealed class ClientFactory(ClockGuard clock) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var handler = new SocketsHttpHandler
            {
                // An endpoint's addresses change.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = TimeSpan.FromSeconds(5),
            };
            return new HttpClient(new QueueTimeHandler(clock, new AnswerGuard(handler))) { Timeout = Timeout.InfiniteTimeSpan };
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
