using System.Net;
using System.Text;
using System.Text.Json;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.HostTests.Providers.Mockstagram;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>What every method of the client makes of an API that fails.</summary>
public sealed class ClientFailureTests
{
    private const string Problem = """{"title":"The store is away","status":503,"detail":"It is being moved."}""";

    private static readonly string[] Downloads =
    [
        nameof(InfluencerAnalyticsClient.DownloadTimelineAsync), nameof(InfluencerAnalyticsClient.ExportAsync), nameof(InfluencerAnalyticsClient.DownloadLeaderboardAsync),
        nameof(InfluencerAnalyticsClient.DownloadMoversAsync), nameof(InfluencerAnalyticsClient.DownloadSummaryTimelineAsync),
    ];

    private static readonly string[] WithoutAnswer = [nameof(InfluencerAnalyticsClient.UntrackAsync), nameof(InfluencerAnalyticsClient.DropDeadLetterAsync), nameof(InfluencerAnalyticsClient.SignOutAsync)];

    public static TheoryData<string> All => [.. ClientMethods.Calls.Keys];

    public static TheoryData<string> AllButReadiness => [.. ClientMethods.Calls.Keys.Except([nameof(InfluencerAnalyticsClient.GetReadyAsync)])];

    public static TheoryData<string> AllThatReadJson => [.. ClientMethods.Calls.Keys.Except(Downloads).Except(WithoutAnswer)];

    [Theory]
    [MemberData(nameof(AllButReadiness))]
    public async Task AnyMethod_AProblem_IsThrownWithStatusTitleAndDetail(string method)
    {
        await using var server = RawServer.Answering("503 Service Unavailable", Problem, "Content-Type: application/problem+json\r\nRetry-After: 5\r\n");
        var problem = await Should.ThrowAsync<ApiProblemException>(() => CallAsync(method, server.Address));
        problem.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        problem.Title.ShouldBe("The store is away");
        problem.Detail.ShouldBe("It is being moved.");
        problem.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
        problem.Message.ShouldBe("answered 503: The store is away: It is being moved.");
    }

    [Theory]
    [MemberData(nameof(AllButReadiness))]
    public async Task AnyMethod_AnErrorThatIsNoProblemDetails_IsThrownWithItsStatus(string method)
    {
        await using var server = RawServer.Answering("502 Bad Gateway", "<html>nginx</html>", "Content-Type: text/html\r\n");
        var problem = await Should.ThrowAsync<ApiProblemException>(() => CallAsync(method, server.Address));
        problem.Status.ShouldBe(HttpStatusCode.BadGateway);
        problem.Title.ShouldBeNull();
        problem.Message.ShouldBe("answered 502.");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task AnyMethod_ConnectionCut_FailsAsOne(string method)
    {
        await using var server = new RawServer(async (stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), token);
            stream.Close();
        });
        var exception = await Should.ThrowAsync<Exception>(() => CallAsync(method, server.Address));
        if (Downloads.Contains(method))
            exception.ShouldBeAssignableTo<IOException>();
        else
            exception.ShouldBeOfType<HttpRequestException>();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task AnyMethod_NothingListens_IsARequestException(string method) =>
        await Should.ThrowAsync<HttpRequestException>(() => CallAsync(method, new Uri("http://127.0.0.1:1")));

    [Theory]
    [MemberData(nameof(AllThatReadJson))]
    public async Task AnyMethod_AnswerOfSomethingElse_IsNotTakenForNothing(string method)
    {
        foreach (var body in (string[])["{}", "null", "<html></html>", ""])
        {
            await using var server = RawServer.Answering("200 OK", body);
            await Should.ThrowAsync<JsonException>(() => CallAsync(method, server.Address), body);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task AnyMethod_Cancelled_EndsAtOnce(string method)
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var call = CallAsync(method, server.Address, cancel.Token);
        await Running.Until.TrueAsync(
            () => Task.FromResult(server.Requests.Count > 0), TimeSpan.FromSeconds(30), () => "It was not asked.", TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => call)).CancellationToken.ShouldBe(cancel.Token);
    }

    [Fact]
    public async Task AnyMethod_NoAnswerInTime_IsARequestExceptionNotACancellation()
    {
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMilliseconds(50) };
        await Should.ThrowAsync<HttpRequestException>(() => new InfluencerAnalyticsClient(http).GetSummaryAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Pages_CutBetweenTwo_GiveTheFirstAndThrow()
    {
        var page = """{"items":[{"id":1,"username":null,"status":"tracked","addedAt":"2026-11-23T15:04:00Z","nextTry":null}],"nextCursor":"1"}""";
        var answers = 0;
        await using var server = new RawServer(async (stream, token) =>
        {
            if (answers++ > 0)
                stream.Close();
            else
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {page.Length}\r\nConnection: close\r\n\r\n{page}"), token);
        });
        using var http = new HttpClient { BaseAddress = server.Address };
        var seen = new List<long>();
        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            await foreach (var item in new InfluencerAnalyticsClient(http).ListInfluencersAsync(cancellationToken: TestContext.Current.CancellationToken))
                seen.Add(item.Id);
        });
        seen.ShouldBe([1]);
    }

    private static async Task CallAsync(string method, Uri address, CancellationToken? cancellationToken = null)
    {
        using var http = new HttpClient { BaseAddress = address };
        await ClientMethods.Calls[method](new InfluencerAnalyticsClient(http), cancellationToken ?? TestContext.Current.CancellationToken);
    }
}
