using CsCheck;
using InfluencerAnalytics.Suspicion;

namespace InfluencerAnalytics.Tests.Suspicion;

public sealed class ChangeTests
{
    private static readonly Gen<double> Changes = Gen.Select(Gen.Double[Math.Log(1e-5), Math.Log(2)], Gen.Bool, static (log, up) => up ? Math.Exp(log) : -Math.Exp(log));

    [Fact]
    public void Decode_OfAnyChange_IsWithinATwentieth() =>
        Changes.Sample(static change => ChangeCode.Decode(ChangeCode.Of(change))!.Value.ShouldBe(change, 0.05 * Math.Abs(change)));

    [Fact]
    public void Of_GreaterChange_HasNoSmallerCode() => Gen.Select(Changes, Changes).Sample(static (one, other) =>
        (ChangeCode.Of(Math.Max(one, other)) >= ChangeCode.Of(Math.Min(one, other))).ShouldBeTrue());

    [Fact]
    public void Of_Extremes_AreKnown()
    {
        ChangeCode.Decode(ChangeCode.Unknown).ShouldBeNull();
        ChangeCode.Decode(ChangeCode.Of(0)).ShouldBe(0);
        ChangeCode.Decode(ChangeCode.Of(1e-9)).ShouldBe(0);
        ChangeCode.Decode(ChangeCode.Of(30))!.Value.ShouldBe(2, 1e-9);
        ChangeCode.Decode(ChangeCode.Of(-30))!.Value.ShouldBe(-2, 1e-9);
        ChangeCode.Between(0, 0).ShouldBe(0);
    }

    [Fact]
    public void ChangeRing_RandomSettings_AgreesWithDictionary() =>
        Gen.Select(Gen.Int[1, 20], Gen.Double[-1, 1]).Array[0, 60].Sample(static settings =>
        {
            var ring = new ChangeRing(12);
            var model = new Dictionary<long, double?>();
            var number = 0L;
            foreach (var (step, change) in settings)
            {
                ring.Set(number += step, change);
                model[number] = ChangeCode.Decode(ChangeCode.Of(change));
                for (var kept = Math.Max(0, number - 11); kept <= number; kept++)
                    ring[kept].ShouldBe(model.GetValueOrDefault(kept));
            }
        });

    [Fact]
    public void Raise_OneThatIsKept_TakesTheGreatest()
    {
        var ring = new ChangeRing(3);
        ring.Raise(10, 0.1);
        ring.Raise(10, 0.05);
        ring.Raise(12, 0.2);
        ring.Raise(11, 0.3);
        ring.Raise(9, 1);
        ring[10]!.Value.ShouldBe(0.1, 0.005);
        ring[11]!.Value.ShouldBe(0.3, 0.015);
        ring.Newest.ShouldBe(12);
    }

    [Fact]
    public void Spread_OfNormalValues_IsTheirDeviationWhateverAFewAre()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 20_000).Select(_ => 3 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())).ToArray();
        for (var i = 0; i < 1_000; i++)
            values[i] = 1e9;
        Robust.Spread(values).ShouldBe(3, 0.3);
        Robust.Median([5, 1, 1e9]).ShouldBe(5);
        Robust.Median([4, 1, 2, 1e9]).ShouldBe(3);
    }
}
