using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>How data points go from the queue into the store.</summary>
public sealed record IngestionOptions : IValidatedOptions
{
    public static string Section => "Ingestion";

    /// <summary>The most messages that become one write. Default 40, what a million influencers at 60 s bring in about a second; 1 to 1,000. A message holds up to about 1,000 points.</summary>
    public int MaxMessagesPerWrite { get; init; } = 40;

    /// <summary>
    /// How long the first message waits for others. Default 100 ms; 0 to 5 s. Part of the lag from reading to store. On SQS, where polls cost money, it is the least time between two
    /// polls, which grows to 1 s while they bring few.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a received message is hidden from other ingesters. Default 60 s; 10 s to 10 min. A write takes well under 1 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    public void Validate(OptionsErrors errors)
    {
        errors.Range(nameof(MaxMessagesPerWrite), MaxMessagesPerWrite, 1, 1000);
        errors.Range(nameof(MaxWait), MaxWait, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        errors.Range(nameof(Lease), Lease, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
    }
}
