using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Our own opinion of whose followers look bought, made from the hourly roll-ups. Counts in the process that rolls up.</summary>
public sealed record WatchingOptions : IValidatedOptions
{
    public static string Section => "OwnSuspicion";

    /// <summary>Whether it is made. Default true. What there is stays, and is answered, when it is not.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// How many hours are rolled up before they are folded, all at once. Default 3; 1 to 24. Each time, what is kept of an influencer is written anew: about 320 bytes. A million are 320 MB, by the hour 7.7 GB
    /// a day, nearly what their readings take; every three hours 2.6 GB a day. And a burst is judged by the three hours behind it, so that earlier would tell little more.
    /// </summary>
    public int HoursAtOnce { get; init; } = 3;

    /// <summary>
    /// How much of its time the worker works; the rest it pauses, after every page. Default 0.2; 0.01 to 1. Three hours of a million influencers are some 20 s of work (docs/benchmarks.md): at a fifth under two
    /// minutes of every 180.
    /// </summary>
    public double Share { get; init; } = 0.2;

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(HoursAtOnce), HoursAtOnce, 1, 24);
        errors.Range(nameof(Share), Share, 0.01, 1);
    }
}
