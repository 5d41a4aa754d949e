using System.Globalization;

namespace Mockstagram.Simulator.Faults;

/// <summary>The names of faults on the command line and in JSON, and how their rates are written.</summary>
public static class FaultNames
{
    /// <summary>Stands for every fault at once but for not found, which is a whole answer and not a spoilt one.</summary>
    public const string All = "all";

    private static readonly (FaultKind Kind, string Name, string Meaning)[] Table =
    [
        (FaultKind.ServerError, "500", "status 500"),
        (FaultKind.Throttled, "429", "status 429 with Retry-After"),
        (FaultKind.Unavailable, "503", "status 503"),
        (FaultKind.Reset, "reset", "the connection is reset"),
        (FaultKind.Silent, "silent", "no answer ever comes"),
        (FaultKind.NotFound, "not_found", "as if the account did not exist; not part of all"),
        (FaultKind.SlowDrip, "drip", "a good answer, a byte at a time"),
        (FaultKind.Truncated, "truncated", "the JSON is cut"),
        (FaultKind.WrongPk, "wrong-pk", "the numbers of another account"),
        (FaultKind.NegativeCount, "negative", "a count below zero"),
        (FaultKind.MissingCount, "missing", "a count is left out"),
        (FaultKind.NonNumericCount, "non-numeric", "a count is text"),
        (FaultKind.HugeBody, "huge", "a body of 10 MB"),
    ];

    /// <summary>Every fault, without <see cref="FaultKind.None"/>.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } = [.. Table.Select(row => row.Kind)];

    /// <summary>Each name with what it does, for the help.</summary>
    public static IEnumerable<(string Name, string Meaning)> Described => Table.Select(row => (row.Name, row.Meaning));

    public static string NameOf(FaultKind kind) => Table.First(row => row.Kind == kind).Name;

    /// <summary>Null when no fault has that name.</summary>
    public static FaultKind? Find(string name)
    {
        foreach (var row in Table)
        {
            if (string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase))
                return row.Kind;
        }
        return null;
    }

    /// <summary>Reads a rate: a share such as <c>0.05</c> or a percentage such as <c>5%</c>, from nothing to all.</summary>
    public static bool TryParseRate(string text, out double rate)
    {
        var percent = text.EndsWith('%');
        var number = percent ? text.AsSpan(0, text.Length - 1) : text;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate))
            return false;
        if (percent)
            rate /= 100;
        return rate is >= 0 and <= 1;
    }
}
