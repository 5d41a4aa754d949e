namespace InfluencerAnalytics.Influencers;

/// <summary>The names of <see cref="MissReason"/> as they stand in messages, metrics and the API.</summary>
public static class MissReasons
{
    /// <summary>One more than the greatest value: the length of an array indexed by reason.</summary>
    public const int Count = (int)MissReason.Other + 1;

    private static readonly string[] Names =
    [
        "", "not_found", "throttled", "timeout", "connection", "server_error", "unexpected_status", "malformed_body",
        "body_too_large", "wrong_influencer", "bad_count", "circuit_open", "not_reached", "other",
    ];

    public static string NameOf(MissReason reason) => Names[(int)reason];

    /// <summary>Counts of reasons, by their names.</summary>
    public static Dictionary<string, long> ByName(IReadOnlyDictionary<MissReason, long> reasons)
    {
        var named = new Dictionary<string, long>(reasons.Count);
        foreach (var (reason, count) in reasons)
            named[NameOf(reason)] = count;
        return named;
    }

    /// <summary>The reason of that name, or <see cref="MissReason.Other"/> for one that is not known.</summary>
    public static MissReason Parse(string name)
    {
        var index = Array.IndexOf(Names, name);
        return index > 0 ? (MissReason)index : MissReason.Other;
    }
}
