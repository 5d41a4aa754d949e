using CsCheck;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

/// <summary>What holds for every series, on accounts of all sizes to which anything happens.</summary>
public sealed class SuspicionPropertyTests
{
    private const int Days = 12;

    // Large enough that half a percent is more than the least that anybody would buy.
    private static readonly Gen<MinuteSeries> Series =
        from seed in Gen.Int[0, 100_000]
        from size in Gen.Double[Math.Log(20_000), Math.Log(50_000_000)]
        from at in Gen.Int[5 * MinuteSeries.Day, 11 * MinuteSeries.Day]
        from share in Gen.Double[0.03, 0.4]
        from kind in Gen.Int[0, 2]
        from minutes in Gen.Int[1, 25]
        let calm = MinuteSeries.Calm(seed, Math.Exp(size), Days)
        select kind switch
        {
            0 => calm,
            1 => calm.Spike(at, Math.Min(share, 0.2), 360),
            _ => calm.Bought(at, share, minutes),
        };

    [Fact]
    public void Judge_TheSameSeries_GivesTheSameOpinion() => Series.Sample(static series =>
    {
        var (once, again) = (series.Judge(), series.Judge());
        (again.Score, again.ComputedAt).ShouldBe((once.Score, once.ComputedAt));
        again.Reasons.ShouldBe(once.Reasons);
    }, iter: 20);

    [Fact]
    public void Judge_AnAccountOfAnotherSize_IsTheSame() => Gen.Select(Series, Gen.Int[2, 1_000]).Sample(
        static (series, factor) => series.ScaledBy(factor).Judge().Score.ShouldBe(series.Judge().Score, 1e-9), iter: 60);

    [Fact]
    public void Judge_AtAnotherTime_IsTheSameMovedBy()
        => Gen.Select(Series, Gen.Int[-2_000, 2_000]).Sample(static (series, hours) =>
        {
            var moved = series.MovedBy(hours * SuspicionWatch.HourMs).Judge();
            var there = series.Judge();
            moved.Score.ShouldBe(there.Score, 1e-9);
            moved.Reasons.Select(reason => (reason.Code, reason.From - hours * SuspicionWatch.HourMs, reason.To - hours * SuspicionWatch.HourMs))
                .ShouldBe(there.Reasons.Select(static reason => (reason.Code, reason.From, reason.To)));
        }, iter: 60);

    [Fact]
    public void Judge_WithGaps_IsNeverMoreSuspicious()
        => Gen.Select(Series, Gen.Int[0, 100_000], Gen.Double[0, 0.6], Gen.Int[0, 12]).Sample(static (series, seed, share, outages) =>
        {
            var random = new Random(seed);
            var lost = Enumerable.Range(0, series.Minutes).Select(_ => random.NextDouble() < share).ToArray();
            for (var outage = 0; outage < outages; outage++)
            {
                var length = random.Next(10, MinuteSeries.Day);
                Array.Fill(lost, true, random.Next(series.Minutes - length), length);
            }
            var whole = series.Judge();
            var gapped = series.Without(minute => lost[minute]).Judge();
            // Readings that are left say of the same burst a trifle more or less by their noise.
            gapped.Score.ShouldBeLessThanOrEqualTo(whole.Score == 0 ? 0 : whole.Score + 0.01);
        }, iter: 300);

    [Fact]
    public void Judge_FromBytesAtAnyHour_IsTheSame() => Gen.Select(Series, Gen.Int[0, Days * 24]).Sample(static (series, hour) =>
    {
        var bytes = new byte[SuspicionWatchFormat.MaxLength];
        var length = SuspicionWatchFormat.Write(series.Fold(new SuspicionWatch(), toHour: hour), bytes);
        var opinion = series.Fold(SuspicionWatchFormat.Read(bytes.AsSpan(0, length)), fromHour: hour).Judge(1);
        var expected = series.Fold(new SuspicionWatch()).Judge(1);
        opinion.Score.ShouldBe(expected.Score);
        opinion.Reasons.ShouldBe(expected.Reasons);
    }, iter: 60);

    [Fact]
    public void Judge_ABurstOfAnySizeAndPaceWithinHalfAnHour_IsFound()
        => Gen.Select(Gen.Int[0, 100_000], Gen.Double[Math.Log(20_000), Math.Log(50_000_000)], Gen.Int[2 * MinuteSeries.Day, 7 * MinuteSeries.Day], Gen.Double[0.02, 1], Gen.Int[1, 29])
            .Sample(static (seed, size, at, share, minutes) =>
            {
                var opinion = MinuteSeries.Calm(seed, Math.Exp(size), 8).Bought(at, share, minutes).Judge();
                opinion.IsSuspicious.ShouldBeTrue();
                (opinion.Reasons[0].From - MinuteSeries.SomeStart - at * MinuteSeries.MinuteMs).ShouldBeInRange(-10 * MinuteSeries.MinuteMs, 10 * MinuteSeries.MinuteMs);
            }, iter: 100);
}
