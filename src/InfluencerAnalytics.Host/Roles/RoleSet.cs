namespace InfluencerAnalytics.Host.Roles;

/// <summary>The parts of the system that one process can hold.</summary>
[Flags]
internal enum RoleSet
{
    None = 0,
    Seeder = 1,
    Fetcher = 2,
    Ingester = 4,
    Api = 8,
    All = Seeder | Fetcher | Ingester | Api,
}
