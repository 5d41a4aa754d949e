using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Api.Operations;
using InfluencerAnalytics.Host.Api.Rankings;
using InfluencerAnalytics.Host.Api.Streaming;
using InfluencerAnalytics.Host.Api.Summaries;
using InfluencerAnalytics.Host.Api.Timelines;
using InfluencerAnalytics.Host.Reporting;

namespace InfluencerAnalytics.Host.Api;

/// <summary>Puts the HTTP API into an application.</summary>
public static class ApiApplicationExtensions
{
    /// <summary>Adds what stands before every endpoint (ids of requests, failures, host names, limits, keys, names of parameters), and the API's endpoints.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ApiOptions>();
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<FailureMiddleware>();
        if (options.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseMiddleware<HostNameMiddleware>();
        if (options.RequestsPerSecond > 0)
            app.UseWhen(context => !ClientLimits.IsDirectLoopback(context), limited => limited.UseMiddleware<RateLimitHeaders>().UseRateLimiter());
        app.UseMiddleware<ApiKeyMiddleware>();
        app.UseMiddleware<ParameterNamesMiddleware>();
        app.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<CompressedAnswer>() is not null, compressed => compressed.UseResponseCompression());
        app.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<TaggedAnswer>() is not null, tagged => tagged.UseMiddleware<TaggedAnswerMiddleware>());

        app.MapOriginal();
        app.MapInfluencers();
        app.MapSuspicion();
        app.MapTimeline();
        app.MapSummary();
        app.MapLeaderboard();
        app.MapMovers();
        app.MapSummaryTimeline();
        app.MapRoster();
        app.MapStream();
        app.MapSession();
        app.MapPipeline();
        app.MapExport();
        app.MapDeadLetters();
        app.MapBackup();
        app.MapGenerations();
        app.MapConfig();
        app.MapHealth(app.Services.GetRequiredService<DeploymentReadiness>());
        app.MapApiReference();
        return app;
    }
}
