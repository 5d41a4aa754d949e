using System.Net;
using System.Net.Http.Headers;
using System.Text;
using InfluencerAnalytics.Client;
using Microsoft.Extensions.Time.Testing;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>What the stream of the client does when its connection ends or cannot be made.</summary>
public sealed class StreamReconnectionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedServer _server = new();
    private readonly HttpClient _http;
    private readonly List<(string? Why, TimeSpan Pause, DateTimeOffset At)> _interruptions = [];

    public StreamReconnectionTests() => _http = new HttpClient(_server) { BaseAddress = new Uri("http://127.0.0.1:1") };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Stream_ConnectionEnds_GoesOnBehindTheLastEventThatWasRead()
    {
        _server.Answer(Events(Point(1, "a.1") + Point(2, null)));
        _server.Answer(Events(""));
        _server.Answer(Events(Point(3, "a.3")));
        await using var events = Open();
        (await NextAsync(events)).Point!.Id.ShouldBe(1);
        (await NextAsync(events)).Point!.Id.ShouldBe(2);
        (await NextAsync(events)).Point!.Id.ShouldBe(3);
        _server.LastEventIds.ShouldBe([null, "a.1", "a.1"]);
        _interruptions.Select(one => one.Why).ShouldBe([null, null]);
    }

    [Fact]
    public async Task Stream_GivenAnEvent_BeginsBehindIt()
    {
        _server.Answer(_ => throw new HttpRequestException("Nothing listens."));
        _server.Answer(Events(Point(1, "b.9")));
        await using var events = Open(lastEventId: "b.7");
        (await NextAsync(events)).Id.ShouldBe("b.9");
        _server.LastEventIds.ShouldBe(["b.7", "b.7"]);
    }

    [Fact]
    public async Task Stream_CutInTheMiddleOfAnEvent_ComesBackWithTheOneBefore()
    {
        _server.Answer(Events(new BrokenBody(Point(1, "a.1") + "id: a.2\nevent: point\ndata: {\"id\":")));
        _server.Answer(Events(Point(2, "a.2")));
        await using var events = Open();
        (await NextAsync(events)).Point!.Id.ShouldBe(1);
        (await NextAsync(events)).Point!.Id.ShouldBe(2);
        _server.LastEventIds.ShouldBe([null, "a.1"]);
        _interruptions.Single().Why.ShouldBe("Cut.");
    }

    [Fact]
    public async Task Stream_Failures_AreWaitedForAsTheServerAsksAndLongerEachTime()
    {
        _server.Answer(Events("retry: 3000\n" + Point(1, "a.1")));
        _server.Answer(_ => throw new HttpRequestException("Nothing listens."));
        _server.Answer(Problem(HttpStatusCode.TooManyRequests, retryAfter: "20"));
        _server.Answer(Problem(HttpStatusCode.BadGateway));
        _server.Answer(Problem(HttpStatusCode.ServiceUnavailable, retryAfter: new DateTimeOffset(2026, 11, 23, 15, 4, 0, TimeSpan.Zero).ToString("r")));
        _server.Answer(Events(Point(2, "a.2")));
        _server.Answer(Events(Point(3, "a.3")));
        await using var events = Open();
        for (var i = 1; i <= 3; i++)
            (await NextAsync(events)).Point!.Id.ShouldBe(i);
        // Twice the 3 s that the stream asked for, from one failure to the next, until an event comes; what an answer asks for counts where it is longer.
        double[] least = [3, 6, 20, 24, 120, 3];
        _interruptions.Count.ShouldBe(least.Length);
        for (var i = 0; i < least.Length; i++)
        {
            _interruptions[i].Pause.TotalSeconds.ShouldBeInRange(least[i], least[i] * 1.5);
            _server.Times[i + 1].ShouldBeGreaterThanOrEqualTo(_interruptions[i].At + _interruptions[i].Pause);
        }
    }

    [Fact]
    public async Task Stream_ServerStaysAway_IsTriedOnAtTheLongestPause()
    {
        for (var i = 0; i < 40; i++)
            _server.Answer(_ => throw new HttpRequestException("Nothing listens."));
        _server.Answer(Events(Point(1, "a.1")));
        await using var events = Open();
        (await NextAsync(events)).Point!.Id.ShouldBe(1);
        var last = _interruptions.Skip(10).Select(one => one.Pause.TotalSeconds).ToList();
        last.Min().ShouldBeGreaterThanOrEqualTo(60);
        last.Max().ShouldBeLessThanOrEqualTo(90);
        // Who lost the same server does not come back in step.
        last.Distinct().Count().ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Stream_SilentConnection_CountsAsBroken()
    {
        _server.Answer(Events(new SilentBody()));
        _server.Answer(Events(Point(1, "a.1")));
        await using var events = Open();
        (await NextAsync(events)).Point!.Id.ShouldBe(1);
        _interruptions.Single().Why.ShouldBe("The stream said nothing for 60 s.");
    }

    [Fact]
    public async Task Stream_AnErrorWhoseBodyNeverEnds_CountsAsBroken()
    {
        _server.Answer(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StreamContent(new SilentBody()) { Headers = { ContentType = new("application/problem+json") } } });
        _server.Answer(Events(Point(1, "a.1")));
        await using var events = Open();
        (await NextAsync(events)).Point!.Id.ShouldBe(1);
        _interruptions.Single().Why.ShouldBe("The stream said nothing for 60 s.");
    }

    [Fact]
    public async Task Stream_AskedForNoPauseAtAll_MakesOneAllTheSame()
    {
        _server.Answer(Events("retry: 0\n" + Point(1, "a.1")));
        for (var i = 0; i < 3; i++)
            _server.Answer(_ => throw new HttpRequestException("Nothing listens."));
        _server.Answer(Events(Point(2, "a.2")));
        await using var events = Open();
        await NextAsync(events);
        await NextAsync(events);
        _interruptions.Select(one => one.Pause.TotalSeconds >= 1).ShouldBe([true, true, true, true]);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Stream_RefusedForGood_Throws(HttpStatusCode status)
    {
        _server.Answer(Events(Point(1, "a.1")));
        _server.Answer(Problem(status));
        await using var events = Open();
        await NextAsync(events);
        (await Should.ThrowAsync<ApiProblemException>(() => NextAsync(events))).Status.ShouldBe(status);
        _server.LastEventIds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Stream_CancelledInAPause_EndsAtOnce()
    {
        _server.Answer(Events(""));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var events = Client().StreamAsync([1], null, Options(), cancel.Token).GetAsyncEnumerator(Token);
        var next = events.MoveNextAsync().AsTask();
        await Running.Until.TrueAsync(() => Task.FromResult(_interruptions.Count > 0), TimeSpan.FromSeconds(30), () => "It did not end.", Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => next);
    }

    private static string Point(long id, string? eventId) =>
        (eventId is null ? "" : $"id: {eventId}\n") + "event: point\ndata: {\"id\":" + id
        + ",\"followerCount\":1,\"followingCount\":1,\"followerRatio\":1,\"slot\":\"2026-11-23T15:04:00Z\",\"retrievedAt\":\"2026-11-23T15:04:00Z\"}\n\n";

    private static Func<HttpRequestMessage, HttpResponseMessage> Events(string text) => Events(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static Func<HttpRequestMessage, HttpResponseMessage> Events(Stream body) => _ =>
    {
        var content = new StreamContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    };

    private static Func<HttpRequestMessage, HttpResponseMessage> Problem(HttpStatusCode status, string? retryAfter = null) => _ =>
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("{\"title\":\"No\",\"detail\":\"Not so.\"}") };
        response.Headers.Date = new DateTimeOffset(2026, 11, 23, 15, 2, 0, TimeSpan.Zero);
        if (retryAfter is not null)
            response.Headers.Add("Retry-After", retryAfter);
        return response;
    };

    private InfluencerAnalyticsClient Client()
    {
        _server.Clock = _time;
        return new InfluencerAnalyticsClient(_http);
    }

    private StreamOptions Options() => new()
    {
        TimeProvider = _time,
        Interrupted = (why, pause) => _interruptions.Add((why?.Message, pause, _time.GetUtcNow())),
    };

    private IAsyncEnumerator<StreamEvent> Open(string? lastEventId = null) => Client().StreamAsync([1], lastEventId, Options(), Token).GetAsyncEnumerator(Token);

    // Lets the clock run on until the next event is there.
    private async Task<StreamEvent> NextAsync(IAsyncEnumerator<StreamEvent> events)
    {
        var next = events.MoveNextAsync().AsTask();
        await Running.Until.TrueAsync(
            () =>
            {
                for (var i = 0; i < 20 && !next.IsCompleted; i++)
                    _time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(next.IsCompleted);
            }, TimeSpan.FromSeconds(60), () => "No event came.", Token);
        (await next).ShouldBeTrue();
        return events.Current;
    }

    private sealed class ScriptedServer : HttpMessageHandler
    {
        private readonly Queue<Func<HttpRequestMessage, HttpResponseMessage>> _answers = [];

        public FakeTimeProvider? Clock { get; set; }

        public List<string?> LastEventIds { get; } = [];

        public List<DateTimeOffset> Times { get; } = [];

        public void Answer(Func<HttpRequestMessage, HttpResponseMessage> answer) => _answers.Enqueue(answer);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastEventIds.Add(request.Headers.TryGetValues("Last-Event-ID", out var values) ? values.Single() : null);
            Times.Add(Clock!.GetUtcNow());
            return Task.FromResult(_answers.Dequeue()(request));
        }
    }

    /// <summary>Gives what there is, and breaks then.</summary>
    private sealed class BrokenBody(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("Cut.") : base.ReadAsync(buffer, cancellationToken);
    }

    private sealed class SilentBody : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
