using InfluencerAnalytics.Stores.Suspicion;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Pipeline.Watching;

/// <summary>Our own opinion, from what is kept. It is put into words when somebody asks, so that there is one truth and no text to be written for those whom nobody asks about.</summary>
public static class OwnOpinion
{
    /// <summary>Null where what is kept is of another version of this program: the next hours begin it anew.</summary>
    public static SuspicionOpinion? Of(KeptWatch kept) => TryRead(kept)?.Judge(kept.ComputedAt);

    /// <summary>Whether it can say anything yet. One that cannot has a score of 0 for lack of knowledge, and says so in its only reason.</summary>
    public static bool IsKnown(SuspicionOpinion opinion) => !opinion.Reasons.All(static reason => reason.Code == SuspicionCodes.RhythmUnknown) || opinion.Reasons.Count == 0;

    internal static SuspicionWatch? TryRead(KeptWatch kept)
    {
        try
        {
            return SuspicionWatchFormat.Read(kept.State);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
