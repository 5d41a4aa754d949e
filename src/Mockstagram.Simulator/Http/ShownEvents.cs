using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Http;

/// <summary>What the lifelike walk has done to an account: posts that went round and bought followers, in the order in which they began.</summary>
internal sealed record ShownEvents(long Pk, IReadOnlyList<ShownEvent> Events)
{
    public static ShownEvents Of(long pk, IReadOnlyList<WalkEvent> events) => new(pk, [.. events.Select(ShownEvent.Of)]);
}

/// <param name="Kind"><c>spike</c> or <c>bought</c>.</param>
/// <param name="Start">Epoch milliseconds.</param>
/// <param name="Share">What it adds at its height: 0.2 is a fifth of the followers.</param>
/// <param name="RiseMinutes">How long followers come in; of a spike the time constant.</param>
/// <param name="LifeDays">After how long nothing is left of it.</param>
internal sealed record ShownEvent(string Kind, long Start, double Share, double RiseMinutes, double LifeDays)
{
    public static ShownEvent Of(WalkEvent walked) => new(
        walked.Kind == WalkEventKind.Bought ? "bought" : "spike", walked.Start, walked.Share, walked.Rise.TotalMinutes, walked.Life.TotalDays);
}
