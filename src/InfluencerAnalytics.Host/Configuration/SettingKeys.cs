namespace InfluencerAnalytics.Host.Configuration;

/// <summary>Keys of the configuration that options of the command line stand for.</summary>
internal static class SettingKeys
{
    public const string DataDirectory = "Embedded:DataDirectory";
    public const string AcceptLoss = "Embedded:AcceptLoss";
    public const string DropFuture = "Embedded:DropFuture";
    public const string Interval = "Seeding:Interval";
    public const string ShardSize = "Seeding:ShardSize";
    public const string AcceptProvider = "Provider:Accept";
    public const string Provider = "Provider:BaseAddress";
    public const string Listen = "Server:Listen";
    public const string ChecksSuspicion = "Suspicion:Enabled";
    public const string Influencers = "Up:Influencers";
}
