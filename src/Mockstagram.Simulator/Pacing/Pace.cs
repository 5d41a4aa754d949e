namespace Mockstagram.Simulator.Pacing;

/// <summary>How fast a provider answers, and how much of it: all that can be wrong with it besides single answers.</summary>
public sealed record Pace(RateLimit Limit, Capacity Capacity, Latency Latency)
{
    public static Pace Unlimited { get; } = new(RateLimit.None, Capacity.None, Latency.None);

    /// <summary>What is wrong, in words that name the option; nothing when it can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. new[] { ("--limit", Limit.Validate()), ("--capacity", Capacity.Validate()), ("--latency", Latency.Validate()) }
            .Where(part => part.Item2 is not null).Select(part => $"{part.Item1}: {part.Item2}"),
    ];
}
