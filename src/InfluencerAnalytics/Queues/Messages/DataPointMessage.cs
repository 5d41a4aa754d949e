using System.Diagnostics;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Queues.Messages;

/// <summary>What came of reading one message of <see cref="QueueNames.InfluencerDataPoints"/>.</summary>
/// <param name="Batch">What is good in it; null when the whole message is unreadable.</param>
/// <param name="Problem">Why the whole message is unreadable, or null.</param>
/// <param name="Rejected">Single points that fail a check, each as the JSON that it was, and why. They do not hold up the others.</param>
/// <param name="NewerVersion">The version of a message that only a newer program can read; else 0.</param>
internal readonly record struct DataPointMessage(
    DataPointBatch? Batch,
    string? Problem,
    IReadOnlyList<(string Json, string Reason)> Rejected,
    long NewerVersion = 0)
{
    /// <summary>Of the visit that fetched it, where that is traced; else empty.</summary>
    public ActivityContext Trace { get; init; }

    public static DataPointMessage Unreadable(string problem) => new(null, problem, []);

    public static DataPointMessage OfNewerVersion(long version) => new(null, $"The message is of version {version}, which is newer than this program.", [], version);
}
