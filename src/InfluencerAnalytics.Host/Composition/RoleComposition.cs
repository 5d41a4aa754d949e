using InfluencerAnalytics.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace InfluencerAnalytics.Host.Composition;

/// <summary>Puts the parts together: every role is the same calls, whichever process it runs in.</summary>
internal static class RoleComposition
{
    public static void AddRoles(this WebApplicationBuilder builder, Roles roles)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PipelineStatistics>();
        services.TryAddSingleton<WorkerHealth>();
    }

    public static void MapRoles(this WebApplication app, Roles roles)
    {
    }
}
