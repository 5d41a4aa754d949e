using System.Diagnostics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Ingestion;

/// <summary>A message of data points on its way into the store, and what became of it.</summary>
/// <param name="Message">As received.</param>
/// <param name="Batch">What can be read of it.</param>
/// <param name="Rejected">The points that cannot, each as the JSON that it was, and why.</param>
internal sealed record IncomingMessage(ReceivedMessage Message, DataPointBatch Batch, IReadOnlyList<(string Json, string Reason)> Rejected)
{
    /// <summary>Of the visit that fetched it, where that is traced; else empty.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Nothing more is to be tried: what can be stored of it is.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether any part of it was stored.</summary>
    public bool IsStored { get; set; }

    /// <summary>What the store can never take of it, and why.</summary>
    public List<(DataPointBatch Part, string Reason)> Refused { get; } = [];
}
