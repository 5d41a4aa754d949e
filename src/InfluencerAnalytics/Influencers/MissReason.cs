namespace InfluencerAnalytics.Influencers;

/// <summary>Why there is no data point of an influencer for a slot. On the wire and in metrics by <see cref="MissReasons.NameOf"/>.</summary>
public enum MissReason : byte
{
    /// <summary>The provider does not know the influencer.</summary>
    NotFound = 1,

    /// <summary>The provider asked for fewer requests (429).</summary>
    Throttled = 2,

    /// <summary>No whole answer within the time limit of a request.</summary>
    Timeout = 3,

    /// <summary>No connection, or one that broke.</summary>
    Connection = 4,

    /// <summary>The provider answered with a 5xx status.</summary>
    ServerError = 5,

    /// <summary>Another status that is not a success.</summary>
    UnexpectedStatus = 6,

    /// <summary>The body is not the JSON that was expected.</summary>
    MalformedBody = 7,

    /// <summary>The body is longer than the limit.</summary>
    BodyTooLarge = 8,

    /// <summary>The answer is about another influencer.</summary>
    WrongInfluencer = 9,

    /// <summary>A count is missing, negative or not an integer.</summary>
    BadCount = 10,

    /// <summary>Not asked: the circuit breaker was open.</summary>
    CircuitOpen = 11,

    /// <summary>Not asked: the slot was over first.</summary>
    NotReached = 12,

    /// <summary>A reason that this version does not know.</summary>
    Other = 13,
}
