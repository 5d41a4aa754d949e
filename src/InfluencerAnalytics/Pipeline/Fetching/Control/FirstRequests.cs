namespace InfluencerAnalytics.Pipeline.Fetching.Control;

/// <summary>What the first requests of influencers in their slots came to: retries of a few that always fail do not speak for the whole roster.</summary>
/// <param name="Good">Readings and definite answers ("not found").</param>
/// <param name="Failed">All others.</param>
/// <param name="Refused">Those of the failed that asked for fewer requests (429).</param>
internal readonly record struct FirstRequests(int Good, int Failed, int Refused)
{
    public int All => Good + Failed;

    public FirstRequests Add(in FirstRequests later) => new(Good + later.Good, Failed + later.Failed, Refused + later.Refused);
}
