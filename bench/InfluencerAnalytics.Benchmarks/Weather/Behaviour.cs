using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>How the simulated provider behaves for a while, and how many good answers a second it is then willing to give.</summary>
internal sealed record Behaviour
{
    public static readonly Behaviour Good = new();

    /// <summary>From this share of failing requests on the breaker is meant to open, and a provider that seems to be away is owed nothing.</summary>
    private const double AwayFrom = 0.98;

    /// <summary>Shares of all requests, by the fault's name.</summary>
    public Dictionary<string, double> Faults { get; init; } = [];

    /// <summary>Shares of all ids, by the fault's name.</summary>
    public Dictionary<string, double> Sticky { get; init; } = [];

    /// <summary>Requests let through a second; 0 for no limit.</summary>
    public int PerSecond { get; init; }

    /// <summary>How many are answered at once; 0 for any number.</summary>
    public int Places { get; init; }

    public int ServiceMs { get; init; }

    public int LatencyMs { get; init; }

    /// <summary>How long every connection is refused, from the start of this behaviour on.</summary>
    public int OutageSeconds { get; init; }

    public Dictionary<string, string> Pace => new()
    {
        ["limit"] = PerSecond == 0 ? "none" : Invariant($"{PerSecond}/s"),
        ["capacity"] = Places == 0 ? "none" : Invariant($"{Places}:{ServiceMs}ms:{Places * 8}"),
        ["latency"] = Invariant($"{LatencyMs}ms"),
    };

    /// <summary>
    /// What the provider is willing to give of what is wanted, a second. Wanted is one good answer for every influencer an
    /// interval, whatever the program asks for: a program that stops asking must not be judged by its own silence.
    /// - Away (an outage, or next to no request that is answered): nothing.
    /// - Faults of a share of the requests or of the ids: the rest of what is wanted, as if each id were asked once an interval.
    ///   Asking again gives more; that is the program's merit and is not demanded.
    /// - A limit: the limit, less the share that fails of those let through.
    /// - A capacity: the rate of its places, however many are in flight.
    /// - Latency: all that is wanted; the plan keeps it to what the program's places can carry.
    /// </summary>
    public double WillingPerSecond(double wanted)
    {
        var good = (1 - Faults.Values.Sum()) * (1 - Sticky.Values.Sum());
        if (OutageSeconds > 0 || 1 - good >= AwayFrom)
            return 0;
        var most = wanted;
        if (PerSecond > 0)
            most = Math.Min(most, PerSecond);
        if (Places > 0)
            most = Math.Min(most, Places * 1000.0 / ServiceMs);
        return most * good;
    }

    public override string ToString()
    {
        var parts = Faults.Select(fault => Invariant($"{fault.Key} {fault.Value:P0}"))
            .Concat(Sticky.Select(fault => Invariant($"{fault.Key} for {fault.Value:P0} of the ids")))
            .Concat(Pace.Where(part => part.Value is not ("none" or "0ms")).Select(part => $"{part.Key} {part.Value}"));
        if (OutageSeconds > 0)
            parts = parts.Append(Invariant($"away {OutageSeconds} s"));
        var text = string.Join(", ", parts);
        return text.Length == 0 ? "nothing wrong" : text;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
