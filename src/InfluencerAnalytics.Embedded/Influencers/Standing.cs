using InfluencerAnalytics.Embedded.Encodings;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>What is kept of the few influencers that are, or were, anything else than tracked and found.</summary>
/// <param name="TurnedAt">When the store first heard "not found" after a reading, in seconds. By the store's clock and not by slot: a backlog of an hour that is read in a minute is one event; and by the steady one, so that a step ends no outage.</param>
/// <param name="FirstNotFound">The slot of that answer, in seconds.</param>
/// <param name="LastNotFound">The slot of the last such answer; 0 when it is known to the provider.</param>
/// <param name="Tries">Answers "not found" since it is gone.</param>
/// <param name="Steps">How it stood over time; null for one that was tracked ever since its row says.</param>
internal readonly record struct Standing(uint TurnedAt, uint FirstNotFound, uint LastNotFound, byte Tries, StandingSteps? Steps)
{
    public bool IsNotFound => LastNotFound != 0;

    /// <summary>The same with nothing of it later than a second.</summary>
    public Standing NotAfter(uint second) => this with
    {
        TurnedAt = Math.Min(TurnedAt, second),
        FirstNotFound = Math.Min(FirstNotFound, second),
        LastNotFound = Math.Min(LastNotFound, second),
        Steps = Steps?.NotAfter(second),
    };

    public void Write(ByteWriter to)
    {
        to.Unsigned(TurnedAt);
        to.Unsigned(FirstNotFound);
        to.Unsigned(LastNotFound);
        to.Byte(Tries);
        (Steps ?? StandingSteps.None).Write(to);
    }

    public static Standing Read(ref ReadOnlySpan<byte> from)
    {
        var (turnedAt, first, last) = ((uint)VarInt.Read(ref from), (uint)VarInt.Read(ref from), (uint)VarInt.Read(ref from));
        var tries = from[0];
        from = from[1..];
        return new Standing(turnedAt, first, last, tries, StandingSteps.Read(ref from));
    }
}
