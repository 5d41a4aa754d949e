using System.Net;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Pipeline.Roster;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class ConfigEndpointTests
{
    [Fact]
    public async Task Read_NothingAgreed_IsNull()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(HttpMethod.Get, "/api/v1/config");
        (await ApiHost.JsonOfAsync(response)).GetRawText().ShouldBe("""{"interval":null,"shardSize":null,"provider":null}""");
    }

    [Fact]
    public async Task Change_SomeOfIt_LeavesTheRestAndSaysWhatWas()
    {
        await using var host = await ApiHost.StartAsync();
        using var first = await host.SendWithKeyAsync(HttpMethod.Patch, "/api/v1/config", """{"interval":10,"provider":"HTTP://10.0.0.7:3000/"}""");
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = await host.SendWithKeyAsync(HttpMethod.Patch, "/api/v1/config", """{"interval":60,"shardSize":100}""");
        (await ApiHost.JsonOfAsync(second)).GetRawText().ShouldBe(
            """{"before":{"interval":10,"shardSize":null,"provider":"http://10.0.0.7:3000"},"now":{"interval":60,"shardSize":100,"provider":"http://10.0.0.7:3000"}}""");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"interval":0.5}""")]
    [InlineData("""{"interval":7200}""")]
    [InlineData("""{"interval":1e300}""")]
    [InlineData("""{"interval":-1}""")]
    [InlineData("""{"interval":"10s"}""")]
    [InlineData("""{"shardSize":0}""")]
    [InlineData("""{"shardSize":5001}""")]
    [InlineData("""{"provider":"ftp://example.org"}""")]
    [InlineData("""{"intervall":10}""")]
    public async Task Change_BadBody_Is400AndChangesNothing(string body)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendWithKeyAsync(HttpMethod.Patch, "/api/v1/config", body);
        await ApiHost.ProblemOfAsync(response, HttpStatusCode.BadRequest);
        await NothingIsAgreedAsync(host);
    }

    [Fact]
    public async Task Config_WithoutAKey_Is401()
    {
        await using var host = await ApiHost.StartAsync();
        using var read = await host.GetAsync("/api/v1/config");
        await ApiHost.ProblemOfAsync(read, HttpStatusCode.Unauthorized);
        using var change = await host.SendAsync(HttpMethod.Patch, "/api/v1/config", """{"interval":10}""");
        await ApiHost.ProblemOfAsync(change, HttpStatusCode.Unauthorized);
        await NothingIsAgreedAsync(host);
    }

    [Fact]
    public async Task Config_StoreAway_Is503()
    {
        await using var host = await ApiHost.StartAsync();
        host.Store.Away = "The store is away.";
        using var read = await host.SendAsync(HttpMethod.Get, "/api/v1/config", null, (ApiHeaders.Key, ApiHost.Key));
        await ApiHost.ProblemOfAsync(read, HttpStatusCode.ServiceUnavailable);
        using var change = await host.SendWithKeyAsync(HttpMethod.Patch, "/api/v1/config", """{"interval":10}""");
        await ApiHost.ProblemOfAsync(change, HttpStatusCode.ServiceUnavailable);
    }

    private static async Task NothingIsAgreedAsync(ApiHost host) =>
        (await DeploymentAgreement.ReadAsync(host.Store, TestContext.Current.CancellationToken)).ShouldBe(new DeploymentAgreement(null, null, null));
}
