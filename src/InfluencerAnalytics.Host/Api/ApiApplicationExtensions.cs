using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Api.Operations;
using InfluencerAnalytics.Host.Api.Timelines;

namespace InfluencerAnalytics.Host.Api;

/// <summary>Puts the HTTP API into an application.</summary>
public static class ApiApplicationExtensions
{
    /// <summary>Adds what stands before every endpoint (failures, host names, limits, keys), and the API's endpoints.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ApiOptions>();
        app.UseMiddleware<FailureMiddleware>();
        if (options.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseMiddleware<HostNameMiddleware>();
        if (options.RequestsPerSecond > 0)
            app.UseWhen(context => !ClientLimits.IsDirectLoopback(context), limited => limited.UseRateLimiter());
        app.UseMiddleware<ApiKeyMiddleware>();
        app.UseWhen(context => context.GetEndpoint()?.Metadata.GetMetadata<CompressedAnswer>() is not null, compressed => compressed.UseResponseCompression());

        app.MapOriginal();
        app.MapInfluencers();
        app.MapSuspicion();
        app.MapTimeline();
        app.MapSummary();
        app.MapRoster();
        app.MapPipeline();
        app.MapExport();
        app.MapDeadLetters();
        app.MapBackup();
        app.MapGenerations();
        app.MapConfig();
        app.MapHealth();
        app.MapApiReference();
        return app;
    }
}
