namespace InfluencerAnalytics.Tests.Pipeline.Fetching.Control;

/// <summary>The clock of a <see cref="ModelProvider"/>, for what is judged by it.</summary>
internal sealed class ModelTime : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Since the model began, in seconds.</summary>
    public double Seconds { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => TimeSpan.FromSeconds(Seconds).Ticks;

    public override DateTimeOffset GetUtcNow() => Begin + TimeSpan.FromSeconds(Seconds);
}
