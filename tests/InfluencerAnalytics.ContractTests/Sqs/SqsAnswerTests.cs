using System.Net;
using System.Text;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using InfluencerAnalytics.Sqs.Queues;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>Answers that no SQS gives: what they do not confirm is not done, and they take neither memory nor the clock.</summary>
public sealed class SqsAnswerTests : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ClockGuard _clock = new(TimeProvider.System);
    private readonly SqsConnection _connection;
    private readonly IMessageQueue _queue;

    private Func<string, (int Status, string Body)> _answer = _ => (200, "{}");

    public SqsAnswerTests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "tests");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "tests");
        using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = Task.Run(ServeAsync);
        _connection = new SqsConnection(new SqsOptions { ServiceUrl = Url, Region = "us-east-1", CallTimeout = TimeSpan.FromSeconds(5) }, _clock);
        _queue = new SqsQueues(_connection).Get(QueueNames.InfluencerDataPoints);
    }

    private Uri Url { get; }

    private DateTimeOffset? Date { get; set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}", 2)]
    [InlineData("""{"Successful":[{"Id":"0","MessageId":"a","MD5OfMessageBody":"9dd4e461268c8034f5c8564e155c67a6"}]}""", 1)]
    [InlineData("""{"Failed":[{"Id":"what?","Code":"InternalError","SenderFault":false}]}""", 2)]
    [InlineData("""{"Failed":[{"Id":"1","Code":"InternalError","SenderFault":false},{"Id":"1","Code":"InternalError","SenderFault":false}]}""", 2)]
    public async Task Send_NotEveryEntryConfirmed_TheOthersHaveFailed(string body, int failed)
    {
        _answer = _ => (200, body);
        var failures = await _queue.SendAsync([new OutgoingMessage("x"u8.ToArray()), new OutgoingMessage("x"u8.ToArray())], Cancel);
        failures.Count.ShouldBe(failed);
        failures.ShouldAllBe(failure => !failure.IsStale);
    }

    [Theory]
    [InlineData("""{"Messages":"x"}""")]
    [InlineData("""{"Messages":["x"]}""")]
    [InlineData("""{"Messages":[{"MessageId":"a","ReceiptHandle":"b"}]}""")]
    [InlineData("""{"Messages":[{"MessageId":"a","ReceiptHandle":null,"Body":"x"}]}""")]
    [InlineData("[]")]
    [InlineData("what?")]
    public async Task Receive_AnswerOfAnotherShape_IsAFailure(string body)
    {
        _answer = _ => (200, body);
        var failure = await Should.ThrowAsync<QueueUnavailableException>(async () => await _queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.Zero, Cancel));
        failure.Message.ShouldContain("not one of SQS");
    }

    [Fact]
    public async Task Receive_AnswerWithoutAnEnd_IsAFailure()
    {
        _answer = _ => (200, new string(' ', 20 * 1024 * 1024));
        await Should.ThrowAsync<QueueUnavailableException>(async () => await _queue.ReceiveAsync(10, TimeSpan.FromSeconds(30), TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task Answer_FailureOfAProxyWithAnotherClock_IsNotBelieved()
    {
        Date = TimeProvider.System.GetUtcNow().AddHours(1);
        _answer = _ => (503, "");
        await Should.ThrowAsync<QueueUnavailableException>(async () => await _queue.GetDepthAsync(Cancel));
        _clock.Difference.Duration().ShouldBeLessThan(TimeSpan.FromSeconds(5));
        _answer = _ => (200, """{"Attributes":{}}""");
        await _queue.GetDepthAsync(Cancel);
        _clock.Difference.TotalMinutes.ShouldBeInRange(-61, -59);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var action = context.Request.Headers["X-Amz-Target"] ?? "";
            var (status, body) = action.EndsWith("GetQueueUrl", StringComparison.Ordinal) ? (200, $$"""{"QueueUrl":"{{Url}}0/q"}""") : _answer(action);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/x-amz-json-1.0";
            if (Date is { } date && !action.EndsWith("GetQueueUrl", StringComparison.Ordinal))
                context.Response.Headers["Date"] = date.ToString("r");
            try
            {
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
                // The other side read no further.
            }
        }
    }
}
