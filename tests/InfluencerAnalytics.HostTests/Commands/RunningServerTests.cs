using InfluencerAnalytics.Host.Commands.Asking;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.HostTests.Providers.Mockstagram;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>What the answers, and the failures, of a running process mean for who gave the command.</summary>
public sealed class RunningServerTests
{
    private const string Bad = """{"title":"Bad start","status":400,"detail":"It is no time."}""";

    [Theory]
    [InlineData("400 Bad Request", Bad, ExitCodes.InvalidInput, "answered 400: Bad start: It is no time.")]
    [InlineData("404 Not Found", """{"title":"Unknown dead letter"}""", ExitCodes.Failure, "answered 404: Unknown dead letter")]
    [InlineData("502 Bad Gateway", "<html></html>", ExitCodes.Failure, "answered 502.")]
    [InlineData("401 Unauthorized", "", ExitCodes.Failure, "name that with --data (looked at /nowhere/api-key)")]
    [InlineData("403 Forbidden", "", ExitCodes.Failure, "wants an API key")]
    [InlineData("200 OK", "<html></html>", ExitCodes.Failure, "is it influencer-analytics of the same version that listens there?")]
    public async Task Ask_AnAnswerThatIsNone_IsAnExitCodeAndASentence(string status, string body, int code, string sentence)
    {
        await using var server = RawServer.Answering(status, body);
        using var running = Connect(server.Address, isNamed: false);
        var failure = await Should.ThrowAsync<CommandFailedException>(() => running.AskAsync(api => api.GetSummaryAsync(TestContext.Current.CancellationToken)));
        failure.ExitCode.ShouldBe(code);
        failure.Message.ShouldContain(sentence);
        failure.Message.ShouldContain(server.Address.ToString());
    }

    [Theory]
    [InlineData("200 OK", """{"status":"live"}""", true)]
    [InlineData("200 OK", "live", false)]
    [InlineData("503 Service Unavailable", "", true)]
    [InlineData("404 Not Found", "", false)]
    public async Task IsRunning_WhateverAnswers_IsOneOfOursOrNot(string status, string body, bool expected)
    {
        await using var server = RawServer.Answering(status, body);
        using var found = Connect(server.Address, isNamed: false);
        (await found.IsRunningAsync(TestContext.Current.CancellationToken)).ShouldBe(expected);
        using var named = Connect(server.Address, isNamed: true);
        if (expected)
            (await named.IsRunningAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        else
            (await Should.ThrowAsync<CommandFailedException>(() => named.IsRunningAsync(TestContext.Current.CancellationToken))).ExitCode.ShouldBe(ExitCodes.NotRunning);
    }

    [Fact]
    public async Task IsRunning_NothingListens_IsAFailureOnlyWhereItWasNamed()
    {
        using var found = Connect(new Uri("http://127.0.0.1:1"), isNamed: false);
        (await found.IsRunningAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
        using var named = Connect(new Uri("http://127.0.0.1:1"), isNamed: true);
        (await Should.ThrowAsync<CommandFailedException>(() => named.IsRunningAsync(TestContext.Current.CancellationToken))).ExitCode.ShouldBe(ExitCodes.NotRunning);
    }

    private static RunningServer Connect(Uri address, bool isNamed) => new(address, isNamed, new KeyToSend("/nowhere/api-key", null));
}
