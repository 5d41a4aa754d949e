namespace InfluencerAnalytics.Pipeline.Holds;

/// <summary>What becomes of the message of a visit that is over.</summary>
internal readonly record struct Settlement
{
    private Settlement(SettlementKind kind, long at) => (Kind, At) = (kind, at);

    public SettlementKind Kind { get; }

    /// <summary>In epoch milliseconds: when it reappears, or until when deleting it is tried.</summary>
    public long At { get; }

    /// <summary>It reappears at a moment, for the next slot or to go on with this one.</summary>
    public static Settlement Rearm(long at) => new(SettlementKind.Rearm, at);

    /// <summary>It is done with. One that stays because the queue is away comes again, and <paramref name="giveUpAt"/> ends the attempts.</summary>
    public static Settlement Delete(long giveUpAt) => new(SettlementKind.Delete, giveUpAt);
}
