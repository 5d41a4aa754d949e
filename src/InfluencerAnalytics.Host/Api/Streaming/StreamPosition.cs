using System.Globalization;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>The id of an event: which process told it (this run of it), and its number there.</summary>
internal readonly record struct StreamPosition(string Hub, long Sequence)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Hub}.{Sequence}");

    /// <summary>Null for what is no id of this API.</summary>
    public static StreamPosition? Parse(string text) =>
        text.Split('.') is [{ Length: > 0 } hub, var number] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new StreamPosition(hub, sequence) : null;
}
