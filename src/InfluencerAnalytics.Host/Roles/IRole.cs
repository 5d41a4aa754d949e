using InfluencerAnalytics.Host.Configuration;

namespace InfluencerAnalytics.Host.Roles;

/// <summary>What one kind of process is made of: a file each, to be read like a list.</summary>
internal interface IRole
{
    HostedRole Kind { get; }

    /// <summary>Whether it answers the API where it is told to listen; one that does not answers for its health alone, on any free port unless configured.</summary>
    bool IsServer { get; }

    /// <summary>Adds its parts, to the builder of a checked configuration.</summary>
    void Add(WebApplicationBuilder builder);

    /// <summary>Maps what it answers.</summary>
    void Map(WebApplication app);

    /// <summary>What has to be settled before its parts are started.</summary>
    Task PrepareAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken) => Task.CompletedTask;
}
