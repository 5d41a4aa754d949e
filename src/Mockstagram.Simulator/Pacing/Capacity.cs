using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mockstagram.Simulator.Parsing;

namespace Mockstagram.Simulator.Pacing;

/// <summary>
/// A provider that slows down as more is in flight: that many at once take the service time each, more share the same
/// total rate, and beyond a last number the total falls too. Written <c>64:20ms</c>, <c>64:20ms:256</c>, or <c>none</c>.
/// </summary>
/// <param name="Places">How many at once take the service time each; 1 to 100,000. 0 for no such limit.</param>
/// <param name="ServiceTime">1 ms to 1 min.</param>
/// <param name="CollapseBeyond">How many in flight make the total rate fall; from <paramref name="Places"/> up.</param>
public sealed record Capacity(int Places, TimeSpan ServiceTime, int CollapseBeyond)
{
    private const string Nothing = "none";
    private const int MostPlaces = 100_000;

    public static Capacity None { get; } = new(0, TimeSpan.Zero, 0);

    public bool IsNone => Places == 0;

    public static bool TryParse(string text, [NotNullWhen(true)] out Capacity? capacity)
    {
        capacity = text.Split(':') switch
        {
            [Nothing] => None,
            [var places, var time] when Number(places) is { } count && DurationText.TryParse(time, out var each) => new Capacity(count, each, int.MaxValue),
            [var places, var time, var beyond] when Number(places) is { } count && DurationText.TryParse(time, out var each) && Number(beyond) is { } most =>
                new Capacity(count, each, most),
            _ => null,
        };
        return capacity is not null;
    }

    public override string ToString() => IsNone ? Nothing
        : CollapseBeyond == int.MaxValue ? FormattableString.Invariant($"{Places}:{ServiceTime.TotalMilliseconds}ms")
        : FormattableString.Invariant($"{Places}:{ServiceTime.TotalMilliseconds}ms:{CollapseBeyond}");

    /// <summary>What is wrong, in words; null when it can be used.</summary>
    internal string? Validate() =>
        this == None ? null
        : Places is < 1 or > MostPlaces ? $"{this} must have from 1 to {MostPlaces} places."
        : ServiceTime < TimeSpan.FromMilliseconds(1) || ServiceTime > TimeSpan.FromMinutes(1) ? $"{this} must take from 1 ms to 1 min."
        : CollapseBeyond < Places ? $"{this} must collapse beyond its places, not before."
        : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
