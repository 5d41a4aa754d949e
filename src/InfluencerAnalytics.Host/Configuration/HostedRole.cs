namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What a process runs: one role, or all of them.</summary>
/// <param name="Command">The command that runs it.</param>
/// <param name="Name">As it is called wherever processes are told of.</param>
internal sealed record HostedRole(string Command, string Name)
{
    public static HostedRole Up { get; } = new("up", "up");

    public static HostedRole Seeder { get; } = new("seeder", "seeder");

    public static HostedRole Fetcher { get; } = new("fetch", "fetcher");

    public static HostedRole Ingester { get; } = new("ingest", "ingester");

    public static HostedRole Classifier { get; } = new("classify", "classifier");

    public static HostedRole Server { get; } = new("serve", "api");

    public static IReadOnlyList<HostedRole> All { get; } = [Up, Seeder, Fetcher, Ingester, Classifier, Server];

    /// <summary>Whether it asks the provider, and so must go on while the queues are away.</summary>
    public bool Fetches => this == Up || this == Fetcher;
}
