using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Providers.Mockstagram;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>What roles are made of: each part is the same calls, whichever process it runs in.</summary>
internal static class RoleParts
{
    /// <summary>The data directory's queues and store, whom to track in it, and the report on how it all goes.</summary>
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<ServerOptions>();
        builder.Services.AddValidatedOptions<UpOptions>();
        builder.Services.AddValidatedOptions<ApiOptions>();
        // A role without the API reports as well, to its log.
        builder.Services.AddReports(static provider => provider.GetRequiredService<ApiOptions>().WorkerSilence);
        builder.Services.AddPipelineCore();
        builder.Services.AddEmbeddedStorage();
        builder.AddConfiguredQueues();
        builder.Services.AddRosterService();
        builder.Services.AddSingleton<UpRoster>();
        return builder;
    }

    public static WebApplicationBuilder AddSeeder(this WebApplicationBuilder builder)
    {
        builder.Services.AddSeeding();
        return builder;
    }

    public static WebApplicationBuilder AddIngester(this WebApplicationBuilder builder)
    {
        builder.Services.AddIngestion();
        return builder;
    }

    /// <summary>The provider, and the fetcher that asks it.</summary>
    public static WebApplicationBuilder AddFetcher(this WebApplicationBuilder builder)
    {
        builder.Services.AddMockstagramProvider().AddFetching();
        return builder;
    }

    /// <summary>The API, with the key that the data directory has of its own.</summary>
    /// <exception cref="CommandFailedException">A file that it needs there cannot be had.</exception>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder)
    {
        var directory = DataDirectoryPath.Of(builder.Configuration);
        CheckFiles(directory);
        builder.Services.AddSingleton(_ => ApiKeyFile.LoadOrCreate(directory));
        builder.Services.AddApi();
        return builder;
    }

    /// <summary>What a role without the API answers, for whoever watches over it.</summary>
    public static void MapWorkerHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", async (ProcessReadiness readiness, CancellationToken cancellationToken) =>
        {
            var (reasons, notes) = await readiness.ReadAsync(cancellationToken);
            return reasons.Count > 0
                ? Results.Problem(string.Join(" ", reasons), statusCode: 503, title: "Not ready")
                : TypedResults.Text(string.Join("\n", notes.Prepend("ready")));
        });
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
