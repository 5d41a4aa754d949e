using InfluencerAnalytics.Host.Commands;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.HostTests.Providers.Mockstagram;

namespace InfluencerAnalytics.HostTests.Commands;

/// <summary>What a health check learns.</summary>
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("200 OK", """{"status":"ready","notes":["The provider is away."]}""", ExitCodes.Success, "ready\nThe provider is away.\n")]
    [InlineData("200 OK", "ready", ExitCodes.Failure, "is it influencer-analytics of the same version")]
    [InlineData("503 Service Unavailable", """{"title":"Not ready","detail":"One. Two.","reasons":["One.","Two."]}""", ExitCodes.Failure, "Not ready. One. Two.")]
    [InlineData("503 Service Unavailable", """{"title":"Not ready","detail":"The store is away."}""", ExitCodes.Failure, "Not ready. The store is away.")]
    [InlineData("404 Not Found", "", ExitCodes.Failure, "answered 404")]
    public async Task Health_WhateverAnswers_IsAnExitCodeAndTheReason(string status, string body, int expected, string said)
    {
        await using var server = RawServer.Answering(status, body);
        var (code, output) = await RunAsync(server.Address);
        code.ShouldBe(expected, output);
        output.ReplaceLineEndings("\n").ShouldContain(said);
    }

    [Fact]
    public async Task Health_NothingListens_SaysThatNothingRuns() => (await RunAsync(new Uri("http://127.0.0.1:1"))).Code.ShouldBe(ExitCodes.NotRunning);

    private static async Task<(int Code, string Output)> RunAsync(Uri address)
    {
        using var said = new StringWriter();
        var code = await CommandLine.RunAsync(["health", "--url", address.ToString()], said, said, TestContext.Current.CancellationToken);
        return (code, said.ToString());
    }
}
