using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>
/// What people and other programs ask of the API, at so many requests a second altogether: mostly single influencers, now and then a list. Without the movers and the changes, which an hour of
/// readings has to come before.
/// </summary>
internal static class ReadMix
{
    // Enough for answers of a tenth of a second to be in time.
    private const double ConnectionsPerRequestASecond = 0.05;

    private static readonly (string Path, double Share)[] Paths =
    [
        ("/api/v1/influencers/{0}/rank", 0.25),
        ("/api/v1/influencers/{0}/timeline?start=-1h", 0.24),
        ("/api/v1/influencers/{0}", 0.2),
        ("/api/v1/summary", 0.1),
        ("/api/v1/leaderboard?around={0}&limit=20", 0.06),
        ("/api/v1/leaderboard?limit=100", 0.05),
        ("/api/v1/influencers/{0}/suspicion", 0.04),
        ("/api/v1/influencers?query={0}", 0.03),
        ("/api/v1/summary/timeline?start=-1h", 0.02),
        ("/api/v1/pipeline", 0.01),
    ];

    /// <summary>Asks for so long, and gives a row of what came of each path.</summary>
    public static async Task<(string, string)[]> RunAsync(Uri server, int influencers, int perSecond, TimeSpan duration, CancellationToken cancellationToken) =>
        await Task.WhenAll(Paths.Select(path => RunAsync(server, path.Path, influencers, (int)Math.Max(1, perSecond * path.Share), duration, cancellationToken)));

    private static async Task<(string, string)> RunAsync(Uri server, string path, int influencers, int perSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        var connections = (int)Math.Ceiling(perSecond * ConnectionsPerRequestASecond);
        using var load = new HttpLoad(server, path, influencers, connections, perSecond);
        var result = await load.RunAsync(duration, cancellationToken);
        return (string.Format(CultureInfo.InvariantCulture, path, "ID"), $"{result.PerSecond:N0}/s, p50 {result.P50:F1} ms, p99 {result.P99:F1} ms, {result.Failed} failed");
    }
}
