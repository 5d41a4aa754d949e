namespace InfluencerAnalytics.Host.Api.Configuration;

/// <summary>What a key lets its holder do. One does not include the other.</summary>
[Flags]
public enum ApiRights
{
    None = 0,

    /// <summary>Dead letters, export, and all other reading when that needs a key.</summary>
    Read = 1,

    /// <summary>Everything that changes something.</summary>
    Write = 2,
}
