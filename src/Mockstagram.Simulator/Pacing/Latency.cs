using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mockstagram.Simulator.Parsing;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator.Pacing;

/// <summary>
/// How long an answer is held back: nothing, always the same, uniform, or log-normal (a median and a spread; never over
/// ten times the median). Written <c>20ms</c>, <c>uniform:10ms:50ms</c>, <c>lognormal:20ms:0.5</c>.
/// </summary>
public sealed record Latency
{
    /// <summary>Cuts the tail of a log-normal wait, at this many times the median.</summary>
    private const double LongestTail = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Shape _shape;
    private readonly double _firstMs;
    private readonly double _second;

    private Latency(Shape shape, double firstMs, double second) => (_shape, _firstMs, _second) = (shape, firstMs, second);

    private enum Shape { Fixed, Uniform, LogNormal }

    public static Latency None { get; } = Fixed(TimeSpan.Zero);

    public bool IsNone => _shape == Shape.Fixed && _firstMs == 0;

    public static Latency Fixed(TimeSpan time) => new(Shape.Fixed, time.TotalMilliseconds, 0);

    public static Latency Uniform(TimeSpan least, TimeSpan most) =>
        new(Shape.Uniform, least.TotalMilliseconds, most.TotalMilliseconds);

    /// <param name="median">Half of the waits are shorter.</param>
    /// <param name="spread">The standard deviation of the wait's natural logarithm: 0.5 is mild, 1 is wild; 0 to 3.</param>
    public static Latency LogNormal(TimeSpan median, double spread) => new(Shape.LogNormal, median.TotalMilliseconds, spread);

    public static bool TryParse(string text, [NotNullWhen(true)] out Latency? latency)
    {
        latency = text.Split(':') switch
        {
            [var time] when DurationText.TryParse(time, out var fixedTime) => Fixed(fixedTime),
            ["uniform", var least, var most] when DurationText.TryParse(least, out var from) && DurationText.TryParse(most, out var to) =>
                Uniform(from, to),
            ["lognormal", var median, var spread] when DurationText.TryParse(median, out var middle)
                && double.TryParse(spread, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var sigma) =>
                LogNormal(middle, sigma),
            _ => null,
        };
        return latency is not null;
    }

    public override string ToString() => _shape switch
    {
        Shape.Uniform => FormattableString.Invariant($"uniform:{_firstMs}ms:{_second}ms"),
        Shape.LogNormal => FormattableString.Invariant($"lognormal:{_firstMs}ms:{_second}"),
        _ => FormattableString.Invariant($"{_firstMs}ms"),
    };

    /// <summary>What is wrong, in words; null when it can be used.</summary>
    internal string? Validate() => _shape switch
    {
        _ when _firstMs < 0 || _firstMs > Longest.TotalMilliseconds => $"{this} is not between 0 and {Longest.TotalHours} h.",
        Shape.Uniform when _second < _firstMs || _second > Longest.TotalMilliseconds =>
            $"{this} must go from a shorter to a longer time, at most {Longest.TotalHours} h.",
        Shape.LogNormal when _second is not (>= 0 and <= 3) => $"{this} must have a spread from 0 to 3.",
        _ => null,
    };

    /// <summary>The wait at a position of a stream of random numbers.</summary>
    internal TimeSpan Sample(ulong key, long position) => TimeSpan.FromMilliseconds(_shape switch
    {
        Shape.Uniform => _firstMs + (_second - _firstMs) * CounterRandom.Unit(key, position),
        Shape.LogNormal => _firstMs * Math.Min(LongestTail, Math.Exp(_second * CounterRandom.Normals(key, position).First)),
        _ => _firstMs,
    });
}
