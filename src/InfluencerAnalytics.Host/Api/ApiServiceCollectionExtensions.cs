using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Configuration;
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
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Leaderboard.Changes;
using InfluencerAnalytics.Pipeline;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Host.Api;

/// <summary>Registers the HTTP API.</summary>
public static class ApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds the API and the leaderboard that it answers from. The store with its ports, the queues and <see cref="Pipeline.Roster.IRosterService"/> must be registered;
    /// an <see cref="ApiKeyFile"/>, when registered, is accepted as a key with every right.
    /// </summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddValidatedOptions<ApiOptions>();
        services.AddReports(static provider => provider.GetRequiredService<ApiOptions>().WorkerSilence);
        services.AddPipelineCore();
        services.AddLeaderboard();
        services.AddChanges();
        services.AddSingleton<ApiKeys>();
        services.AddSessions();
        services.AddSingleton<InfluencerReader>();
        services.AddSingleton<UsernameReader>();
        services.AddSingleton<TimelineReader>();
        services.AddSingleton<TimelineAnswers>();
        services.AddSingleton<SummaryTimelineReader>();
        services.AddSingleton<KeptHistory>();
        services.AddSingleton<CsvSource>();
        services.AddSingleton<RunningExports>();
        services.AddSingleton<DeadLetterReader>();
        services.AddSingleton<PassedReadings>();
        services.AddSingleton<StreamHub>();
        services.AddSingleton<ILatestListener>(static provider => provider.GetRequiredService<StreamHub>());

        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, ProblemJsonContext.Default);
        });
        // Which server answers is nobody's business, and the header only costs bytes.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<ApiOptions>(ClientLimits.Configure);
        services.AddOptions<ForwardedHeadersOptions>().Configure<ApiOptions>(ClientLimits.Configure);
        services.AddResponseCompression(compression => compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "text/csv", "application/problem+json"]);
        services.Replace(ServiceDescriptor.Singleton<IResponseCompressionProvider, LongAnswerCompression>());
        services.AddApiReference();
        return services;
    }
}
