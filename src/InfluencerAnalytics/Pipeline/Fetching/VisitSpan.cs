using System.Diagnostics;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Metrics;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Pipeline.Fetching;

/// <summary>
/// The span of a visit, the first of its trace: from when the message was received to when it is settled. Requests are counted in it and have none of their own, since there
/// are 16,667 a second.
/// </summary>
internal static class VisitSpan
{
    public const string Name = "fetch.visit";

    /// <summary>Begins it; null when nobody traces. It is the current one of all that the visit does.</summary>
    public static Activity? Begin(ReceivedMessage message) =>
        ProgramTraces.Source.StartActivity(Name, ActivityKind.Consumer)?
            .SetTag("messaging.message.id", message.Id)
            .SetTag("receives", message.ReceiveCount);

    /// <summary>What the data-point messages of this visit carry; null when it is not sampled.</summary>
    public static string? Carried() => Activity.Current is { Recorded: true } visit && IsOurs(visit) ? visit.Id : null;

    /// <summary>Says which shard the visit of now is of.</summary>
    public static void IsOf(Shard shard)
    {
        if (Activity.Current is { IsAllDataRequested: true } visit && IsOurs(visit))
            visit.SetTag("generation", shard.Generation).SetTag("shard", shard.Number);
    }

    /// <summary>Says what the visit of now came to.</summary>
    /// <param name="work">Whom it asked about, for which slot.</param>
    /// <param name="readings">That it published.</param>
    /// <param name="notFound">Whom the provider does not know.</param>
    /// <param name="left">Without an answer, for a retry message or the misses.</param>
    public static void Worked(SlotWork work, int readings, int notFound, int left)
    {
        if (Activity.Current is not { IsAllDataRequested: true } visit || !IsOurs(visit))
            return;
        visit.SetTag("slot", UtcText.Of(work.Slot))
            .SetTag("visit", work.Visit)
            .SetTag("interval_seconds", work.Interval.TotalSeconds)
            .SetTag("influencers", work.Ids.Count)
            .SetTag("readings", readings)
            .SetTag("not_found", notFound)
            .SetTag("left", left);
    }

    private static bool IsOurs(Activity span) => span.Source == ProgramTraces.Source;
}
