using CsCheck;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Pacing;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class LatencyTests
{
    [Theory]
    [InlineData("0ms", "0ms")]
    [InlineData("20ms", "20ms")]
    [InlineData("1.5s", "1500ms")]
    [InlineData("uniform:10ms:50ms", "uniform:10ms:50ms")]
    [InlineData("lognormal:20ms:0.5", "lognormal:20ms:0.5")]
    public void TryParse_Good_ReadsIt(string text, string expected)
    {
        Latency.TryParse(text, out var latency).ShouldBeTrue();
        latency.ToString().ShouldBe(expected);
        latency.Validate().ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("-20ms")]
    [InlineData("ms")]
    [InlineData("uniform:10ms")]
    [InlineData("lognormal:0.5:20ms")]
    [InlineData("normal:20ms:5ms")]
    public void TryParse_Bad_IsRefused(string text) => Latency.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2h")]
    [InlineData("uniform:50ms:10ms")]
    [InlineData("lognormal:20ms:4")]
    public void Validate_OutOfRange_SaysSo(string text)
    {
        Latency.TryParse(text, out var latency).ShouldBeTrue();
        latency.Validate().ShouldNotBeNull();
    }

    [Fact]
    public void Sample_EachShape_StaysWithinItsBounds() =>
        Gen.Select(Gen.ULong, Gen.Long[0, long.MaxValue / 2]).Sample((key, position) =>
        {
            Latency.Fixed(TimeSpan.FromMilliseconds(20)).Sample(key, position).TotalMilliseconds.ShouldBe(20);
            Latency.Uniform(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)).Sample(key, position).TotalMilliseconds.ShouldBeInRange(10, 50);
            Latency.LogNormal(TimeSpan.FromMilliseconds(20), 3).Sample(key, position).TotalMilliseconds.ShouldBeInRange(0, 200);
        });

    [Fact]
    public void SuspicionDelay_Default_IsAroundASecondWithALongTailUpToTen()
    {
        var seconds = Enumerable.Range(0, 20_000).Select(i => new SimulatorOptions().SuspicionDelay.Sample(1, i).TotalSeconds).Order().ToArray();
        seconds[seconds.Length / 2].ShouldBe(1, 0.05);
        seconds[seconds.Length * 99 / 100].ShouldBe(5, 0.5);
        seconds[^1].ShouldBeInRange(8, 10);
    }
}
