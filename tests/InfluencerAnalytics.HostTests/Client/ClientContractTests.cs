using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.HostTests.Api;

namespace InfluencerAnalytics.HostTests.Client;

/// <summary>The client asks for what the server has: all of it, and nothing else.</summary>
public sealed class ClientContractTests
{
    [Fact]
    public async Task Operations_OfTheServersOwnDescription_AreEachAskedByAMethod()
    {
        await using var host = await ApiHost.StartAsync(storage => storage.AddAsync(ClientMethods.Id, ApiHost.Slot, 10, 1));
        using var recorder = new Recorder();
        using var http = new HttpClient(recorder) { BaseAddress = host.Client.BaseAddress };
        var client = new InfluencerAnalyticsClient(http, ApiHost.Key);
        foreach (var call in ClientMethods.Calls.Values)
        {
            try
            {
                await call(client, TestContext.Current.CancellationToken);
            }
            catch (ApiProblemException)
            {
                // There is nothing of what it names; asked it is.
            }
        }

        var operations = OperationsOf(await host.GetJsonAsync("/openapi/v1.json"));
        operations.Count.ShouldBeGreaterThan(15);
        operations.Where(operation => !recorder.Asked.Any(operation.IsMatch)).Select(operation => operation.ToString()).ShouldBeEmpty();
        recorder.Asked.Where(asked => !operations.Any(operation => operation.IsMatch(asked))).ShouldBeEmpty();
    }

    [Fact]
    public void Methods_EachOne_IsCalledByTheseTests() =>
        typeof(InfluencerAnalyticsClient).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(method => method.Name)
            .ShouldBe(ClientMethods.Calls.Keys, ignoreOrder: true);

    // As "GET /api/v1/influencers/[^/]+".
    private static List<Regex> OperationsOf(JsonElement description) =>
    [
        .. description.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation =>
            new Regex($"^{operation.Name.ToUpperInvariant()} {Regex.Replace(path.Name, "{[^}]+}", "[^/]+")}$"))),
    ];

    private sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
