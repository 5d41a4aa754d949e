using System.Globalization;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Faults;

/// <summary>The JSON of answers whose content is wrong.</summary>
internal static class SpoiltBody
{
    /// <param name="variant">0 spoils the follower count, 1 the following count, where the fault is about a count.</param>
    public static string Reading(FaultKind fault, long pk, AccountNumbers numbers, int variant)
    {
        var shown = fault == FaultKind.WrongPk ? pk + 1 : pk;
        // Spoilt answers but for a drip differ from every reading served, so that whoever stores one is found out.
        var off = fault == FaultKind.SlowDrip ? 0 : 1;
        string?[] counts = [Number(numbers.Followers + off), Number(numbers.Following + off)];
        counts[variant] = Spoil(fault, counts[variant]!);
        var json = Invariant($$"""{"pk":{{shown}},"username":"influencer-{{shown}}" """).TrimEnd();
        if (counts[0] is { } followers)
            json += $",\"followerCount\":{followers}";
        if (counts[1] is { } following)
            json += $",\"followingCount\":{following}";
        return json + "}";
    }

    public static string Suspicion(FaultKind fault, long pk, bool suspicious)
    {
        var shown = fault == FaultKind.WrongPk ? pk + 1 : pk;
        var answer = Spoil(fault, suspicious ? "true" : "false");
        return answer is null ? Invariant($$"""{"pk":{{shown}}}""") : Invariant($$"""{"pk":{{shown}},"suspicious":{{answer}}}""");
    }

    private static string? Spoil(FaultKind fault, string value) => fault switch
    {
        FaultKind.NegativeCount => "-1",
        FaultKind.MissingCount => null,
        FaultKind.NonNumericCount => "\"many\"",
        _ => value,
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
