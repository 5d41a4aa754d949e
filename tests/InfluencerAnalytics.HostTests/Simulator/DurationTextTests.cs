using CsCheck;
using Mockstagram.Simulator.Parsing;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("10s", 10)]
    [InlineData("60s", 60)]
    [InlineData("1m", 60)]
    [InlineData("1h30m", 5400)]
    [InlineData("7d", 604800)]
    [InlineData("00:01:00", 60)]
    [InlineData("7.00:00:00", 604800)]
    [InlineData("0.5m", 30)]
    [InlineData(" 5S ", 5)]
    [InlineData("0", 0)]
    public void TryParse_FormsInUse_GiveTheirSeconds(string text, double seconds)
    {
        DurationText.TryParse(text, out var value).ShouldBeTrue();
        value.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("60")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("1.2.3s")]
    [InlineData("5x")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("99999999999999999999d")]
    [InlineData("25:99:00")]
    [InlineData("-00:00:05")]
    public void TryParse_WhatHasNoClearMeaning_IsRefused(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Format_AnyWholeMilliseconds_ParsesBack() =>
        Gen.Long[0, 400L * 86_400_000].Sample(milliseconds =>
        {
            var value = TimeSpan.FromMilliseconds(milliseconds);
            DurationText.TryParse(DurationText.Format(value), out var back).ShouldBeTrue();
            back.ShouldBe(value);
        });
}
