using System.Buffers;
using System.Globalization;

namespace Mockstagram.Simulator.Parsing;

/// <summary>
/// Time spans as people write them: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>, and .NET's <c>00:01:00</c>.
/// A number without a unit is refused: .NET would take it for days. The one parser of the simulator's options, its control and the program's configuration.
/// </summary>
public static class DurationText
{
    public const string Forms = "a time span such as 500ms, 10s, 5m, 1h30m, 7d or 00:01:00";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        text = text.Trim();
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= TimeSpan.Zero;
        if (text == "0")
            return true;

        var milliseconds = 0d;
        var lastUnit = double.MaxValue;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var amount, out var unit) || unit >= lastUnit)
                return false;
            milliseconds += amount * unit;
            lastUnit = unit;
        }
        if (milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2)
            return false;
        value = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>The shortest exact form: <c>1m</c>, <c>90s</c>, <c>7d</c>; .NET's own for what has no whole unit.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
            return "0s";
        for (var i = Units.Length - 1; i >= 0; i--)
        {
            var amount = value.TotalMilliseconds / Units[i].Milliseconds;
            if (amount >= 1 && amount == Math.Floor(amount))
                return string.Create(CultureInfo.InvariantCulture, $"{amount:0}{Units[i].Unit}");
        }
        return value.ToString("c", CultureInfo.InvariantCulture);
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out double amount, out double unit)
    {
        unit = 0;
        var digits = rest.IndexOfAnyExcept(NumberCharacters);
        if (!double.TryParse(digits < 0 ? rest : rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) || digits < 0)
            return false;
        rest = rest[digits..];
        var length = rest.IndexOfAny(NumberCharacters);
        var name = length < 0 ? rest : rest[..length];
        rest = rest[name.Length..];
        foreach (var (known, milliseconds) in Units)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                unit = milliseconds;
        }
        return unit > 0;
    }
}
