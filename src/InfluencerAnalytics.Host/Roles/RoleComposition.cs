using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Providers.Mockstagram;
using InfluencerAnalytics.Working;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>Puts the parts together: every role is the same calls, whichever process it runs in.</summary>
internal static class RoleComposition
{
    /// <param name="builder">Of a checked configuration.</param>
    /// <param name="roles">None for the storage alone.</param>
    public static void AddRoles(this WebApplicationBuilder builder, RoleSet roles)
    {
        var services = builder.Services;
        services.AddValidatedOptions<ServerOptions>();
        services.AddValidatedOptions<UpOptions>();
        services.AddPipelineCore();
        services.AddEmbeddedStorage();
        services.AddRosterService();
        if (roles.HasFlag(RoleSet.Seeder))
            services.AddSeeding();
        if (roles.HasFlag(RoleSet.Ingester))
            services.AddIngestion();
        if (roles.HasFlag(RoleSet.Fetcher))
            services.AddMockstagramProvider().AddFetching();
        if (roles.HasFlag(RoleSet.Api))
        {
            var directory = DataDirectoryPath.Of(builder.Configuration);
            CheckFiles(directory);
            services.AddSingleton(_ => ApiKeyFile.LoadOrCreate(directory));
            services.AddApi();
        }
        // A role without the API reports as well, to its log.
        services.TryAddSingleton<PipelineReport>();
    }

    public static void MapRoles(this WebApplication app, RoleSet roles)
    {
        if (roles.HasFlag(RoleSet.Api))
            app.MapApi();
        else
            app.MapWorkerHealth();
    }

    /// <summary>What a role without the API answers, for whoever watches over it.</summary>
    private static void MapWorkerHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", (WorkerHealth health, PipelineStatistics statistics) => health.Problems(WorkerHealth.UsualSilence) is { Count: > 0 } problems
            ? Results.Problem(string.Join(" ", problems), statusCode: 503, title: "Not ready")
            : TypedResults.Text(string.Join("\n", ProviderNotes.Of(statistics.Provider).Prepend("ready"))));
    }

    // Before anything is opened: a start that fails for one of its files must not have fetched a slot in part.
    private static void CheckFiles(string directory)
    {
        try
        {
            ApiKeyFile.Check(directory);
            RunningFile.Check(directory);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCodes.DirectoryUnusable, exception.Message, exception);
        }
    }
}
