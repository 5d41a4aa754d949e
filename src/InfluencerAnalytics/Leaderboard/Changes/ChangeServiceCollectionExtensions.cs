using Microsoft.Extensions.DependencyInjection;

namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>Registers changes and movers.</summary>
public static class ChangeServiceCollectionExtensions
{
    /// <summary>Adds what tells changes, beside the leaderboard (<see cref="LeaderboardServiceCollectionExtensions.AddLeaderboard"/>); the store's ports must be registered.</summary>
    public static IServiceCollection AddChanges(this IServiceCollection services)
    {
        services.AddSingleton<ChangeBases>();
        services.AddSingleton<Movers>();
        services.AddHostedService<ChangeFollower>();
        return services;
    }
}
