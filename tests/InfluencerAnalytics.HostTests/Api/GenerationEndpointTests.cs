using System.Net;

namespace InfluencerAnalytics.HostTests.Api;

public sealed class GenerationEndpointTests
{
    [Fact]
    public async Task Request_WithTheKey_AsksForOneAboveAllGivenOut()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AllocateAsync(7));
        using var response = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/generations");
        (await ApiHost.JsonOfAsync(response)).GetRawText().ShouldBe("""{"requestedAfter":7}""");
        (await RequestedAfterAsync(host)).ShouldBe(7);
        var paths = (await host.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");
        paths.GetProperty("/api/v1/generations").GetProperty("post").GetProperty("security").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Request_WithoutAKeyOrStore_IsAProblemAndAsksForNothing()
    {
        await using var host = await ApiHost.StartAsync();
        using var keyless = await host.SendAsync(HttpMethod.Post, "/api/v1/generations");
        await ApiHost.ProblemOfAsync(keyless, HttpStatusCode.Unauthorized);
        host.Store.Away = "The store is away.";
        using var away = await host.SendWithKeyAsync(HttpMethod.Post, "/api/v1/generations");
        await ApiHost.ProblemOfAsync(away, HttpStatusCode.ServiceUnavailable);
        host.Store.Away = null;
        (await RequestedAfterAsync(host)).ShouldBeNull();
    }

    private static async Task<long?> RequestedAfterAsync(ApiHost host) => (await host.Store.ReadGenerationsAsync(TestContext.Current.CancellationToken)).RequestedAfter;
}
