namespace InfluencerAnalytics.Host.Configuration;

/// <summary>What stands behind the store.</summary>
internal enum StoreKind
{
    /// <summary>The data directory.</summary>
    Embedded,

    /// <summary>PostgreSQL, with TimescaleDB or without.</summary>
    Postgres,
}
