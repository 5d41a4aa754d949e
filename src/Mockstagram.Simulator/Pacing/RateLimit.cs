using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mockstagram.Simulator.Pacing;

/// <summary>How many requests a second are let through; the others get 429. Written <c>2000/s</c>, or <c>none</c>.</summary>
/// <param name="PerSecond">Null for no limit; 1 to 1,000,000.</param>
public sealed record RateLimit(int? PerSecond)
{
    private const string Nothing = "none";
    private const int Most = 1_000_000;

    public static RateLimit None { get; } = new((int?)null);

    public static bool TryParse(string text, [NotNullWhen(true)] out RateLimit? limit)
    {
        limit = text == Nothing ? None
            : text.EndsWith("/s", StringComparison.Ordinal) && int.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new RateLimit(number)
            : null;
        return limit is not null;
    }

    public override string ToString() => PerSecond is { } number ? FormattableString.Invariant($"{number}/s") : Nothing;

    /// <summary>What is wrong, in words; null when it can be used.</summary>
    internal string? Validate() => PerSecond is null or (>= 1 and <= Most) ? null : $"{this} is not between 1/s and {Most}/s.";
}
