using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Keys;
using InfluencerAnalytics.Host.Api.Operations;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Pipeline.Suspicion;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;
using InfluencerAnalytics.Providers.Mockstagram;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>What roles are made of: each part is the same calls, whichever process it runs in.</summary>
internal static class RoleParts
{
    /// <summary>Queues and store, whom to track in them, and the report on how it all goes.</summary>
    /// <param name="builder">Of a checked configuration.</param>
    /// <param name="role">What the process runs; null for a command that does something with the data and ends.</param>
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder, HostedRole? role)
    {
        var layout = StorageLayout.Of(builder.Configuration, role);
        builder.Services.AddValidatedOptions<StorageOptions>();
        builder.Services.AddValidatedOptions<ServerOptions>();
        builder.Services.AddValidatedOptions<UpOptions>();
        builder.Services.AddValidatedOptions<ApiOptions>();
        if (role is not null)
            builder.Services.AddProcessReport(role.Name);
        // A role without the API reports as well, to its log.
        builder.Services.AddReports(static provider => provider.GetRequiredService<ApiOptions>().WorkerSilence);
        builder.Services.AddPipelineCore();
        builder.AddDirectory(layout);
        builder.AddStore(layout, role);
        builder.AddQueues(layout);
        builder.Services.AddRosterService();
        return builder;
    }

    /// <summary>What a start of everything settles with the store.</summary>
    public static WebApplicationBuilder AddUpSettling(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UpRoster>();
        builder.Services.AddHostedSingleton<UpSettling>();
        return builder;
    }

    public static WebApplicationBuilder AddSeeder(this WebApplicationBuilder builder)
    {
        builder.Services.AddSeeding().AddSuspicionSeeding();
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

    /// <summary>The provider, and the classifier that has it judge.</summary>
    /// <param name="builder">Added to.</param>
    /// <param name="isAllThereIs">Whether the process has no other work.</param>
    public static WebApplicationBuilder AddClassifier(this WebApplicationBuilder builder, bool isAllThereIs)
    {
        builder.Services.AddMockstagramProvider().AddSuspicion(isAllThereIs);
        return builder;
    }

    /// <summary>The API, with the key that the data directory has of its own, where there is one.</summary>
    /// <exception cref="CommandFailedException">A file that it needs there cannot be had.</exception>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder, HostedRole role)
    {
        if (StorageLayout.Of(builder.Configuration, role).UsesDirectory)
        {
            var directory = DataDirectoryPath.Of(builder.Configuration);
            CheckFiles(directory);
            builder.Services.AddSingleton(_ => ApiKeyFile.LoadOrCreate(directory));
        }
        builder.Services.AddApi();
        return builder;
    }

    /// <summary>What a role without the API answers, for whoever watches over it: as one with the API does, but of itself alone.</summary>
    public static WebApplication MapWorkerHealth(this WebApplication app)
    {
        app.MapHealth(app.Services.GetRequiredService<ProcessReadiness>());
        return app;
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
