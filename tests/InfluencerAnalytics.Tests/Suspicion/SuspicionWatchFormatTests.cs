using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

public sealed class SuspicionWatchFormatTests
{
    [Fact]
    public void Write_WithoutBursts_Is290Bytes() => Bytes(MinuteSeries.Calm(1, 50_000, 10)).Length.ShouldBe(290);

    [Fact]
    public void Write_WithABurst_Is64More() => Bytes(MinuteSeries.Calm(1, 50_000, 10).Bought(7 * MinuteSeries.Day, 0.1, 5)).Length.ShouldBe(290 + 64);

    [Fact]
    public void Write_ManyBursts_KeepsFour()
    {
        var series = MinuteSeries.Calm(1, 50_000, 20);
        for (var day = 5; day < 15; day++)
            series = series.Bought(day * MinuteSeries.Day + 300 * (day % 4), 0.05, 5);
        Bytes(series).Length.ShouldBe(290 + 4 * 64);
    }

    [Fact]
    public void Read_OfNothingFolded_GoesOn()
    {
        var bytes = new byte[SuspicionWatchFormat.MaxLength];
        var watch = SuspicionWatchFormat.Read(bytes.AsSpan(0, SuspicionWatchFormat.Write(new SuspicionWatch(), bytes)));
        var series = MinuteSeries.Calm(1, 50_000, 10).Bought(7 * MinuteSeries.Day, 0.1, 5);
        series.Fold(watch).Judge(0).Score.ShouldBe(series.Judge().Score);
    }

    [Fact]
    public void Read_AnotherVersionOrLength_IsRefused()
    {
        var bytes = Bytes(MinuteSeries.Calm(1, 50_000, 10).Bought(7 * MinuteSeries.Day, 0.1, 5));
        Should.Throw<InvalidDataException>(() => SuspicionWatchFormat.Read(bytes.AsSpan(0, bytes.Length - 1)));
        Should.Throw<InvalidDataException>(() => SuspicionWatchFormat.Read([]));
        bytes[0] = 2;
        Should.Throw<InvalidDataException>(() => SuspicionWatchFormat.Read(bytes)).Message.ShouldContain("version");
    }

    private static byte[] Bytes(MinuteSeries series)
    {
        var bytes = new byte[SuspicionWatchFormat.MaxLength];
        return bytes[..SuspicionWatchFormat.Write(series.Fold(new SuspicionWatch()), bytes)];
    }
}
