using System.Text.Json.Serialization;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>The plainest way: <see cref="HttpClient"/> with its time limit and source-generated JSON, and the same checks of the record.</summary>
internal sealed partial class HttpClientLoop : FetchLoops
{
    private readonly HttpClient _client;

    public HttpClientLoop(Uri server, int connections) : base("HttpClient, source-generated JSON", connections) =>
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server, "/api/v1/influencers/"),
            Timeout = TimeSpan.FromSeconds(5),
        };

    public override void Dispose() => _client.Dispose();

    protected override async Task LoopAsync(long id, CancellationToken cancellationToken)
    {
        for (; !cancellationToken.IsCancellationRequested; id = Next(id))
        {
            var record = await _client.GetFromJsonAsync($"{id}", RecordJson.Default.Record, CancellationToken.None);
            if (record is { FollowerCount: >= 0, FollowingCount: >= 0, Username: not null } && record.Pk == id)
                CountGood();
        }
    }

    internal sealed record Record(long Pk, string? Username, long FollowerCount, long FollowingCount);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Record))]
    internal sealed partial class RecordJson : JsonSerializerContext;
}
