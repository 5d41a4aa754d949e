using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Embedded;
using InfluencerAnalytics.Host.Api;
using InfluencerAnalytics.Leaderboard;
using InfluencerAnalytics.Pipeline;
using InfluencerAnalytics.Pipeline.Fetching;
using InfluencerAnalytics.Pipeline.Ingestion;
using InfluencerAnalytics.Pipeline.Seeding;
using InfluencerAnalytics.Providers;

namespace InfluencerAnalytics.Host.Composition;

/// <summary>Puts the parts together: every role is the same calls, whichever process it runs in.</summary>
internal static class RoleComposition
{
    public static void AddRoles(this WebApplicationBuilder builder, Roles roles)
    {
        var services = builder.Services;
        services.AddValidatedOptions<ServerOptions>();
        services.AddValidatedOptions<UpOptions>();
        services.AddPipelineCore();
        services.AddEmbeddedStorage();
        services.AddRosterService();
        if (roles.HasFlag(Roles.Seeder))
            services.AddSeeding();
        if (roles.HasFlag(Roles.Ingester))
            services.AddIngestion();
        if (roles.HasFlag(Roles.Fetcher))
            services.AddMockstagramProvider().AddFetching();
        if (roles.HasFlag(Roles.Api))
            services.AddLeaderboard().AddApi();
    }

    public static void MapRoles(this WebApplication app, Roles roles)
    {
        if (roles.HasFlag(Roles.Api))
            app.MapApi();
    }
}
