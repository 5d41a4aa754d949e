using InfluencerAnalytics.Benchmarks.Weather;

namespace InfluencerAnalytics.HostTests.Weather;

/// <summary>What a faulty provider owes: too little here, and the hour of weather would pass whatever the program does.</summary>
public sealed class BehaviourTests
{
    private const double Wanted = 300;

    public static TheoryData<double, string> Owed => new()
    {
        { 300, "nothing" },
        { 225, "a quarter" },
        { 202.5, "a quarter, and of a tenth of the ids" },
        { 9, "97%" },
        { 0, "98%" },
        { 0, "all" },
        { 165, "limit 165" },
        { 300, "limit 600" },
        { 123.75, "limit 165 and a quarter" },
        { 250, "5 places" },
        { 300, "6 places" },
        { 300, "200 ms" },
        { 0, "outage" },
    };

    [Theory]
    [MemberData(nameof(Owed))]
    public void WillingPerSecond_OfEachFault_IsWhatAFlawlessProgramWouldGet(double willing, string what) =>
        Of(what).WillingPerSecond(Wanted).ShouldBe(willing, 1e-9);

    private static Behaviour Of(string what) => what switch
    {
        "nothing" => Behaviour.Good,
        "a quarter" => Failing("silent", 0.25),
        "a quarter, and of a tenth of the ids" => Failing("silent", 0.25) with { Sticky = new() { ["503"] = 0.1 } },
        "97%" => Failing("500", 0.97),
        "98%" => Failing("500", 0.98),
        "all" => Failing("500", 1),
        "limit 165" => Behaviour.Good with { PerSecond = 165 },
        "limit 600" => Behaviour.Good with { PerSecond = 600 },
        "limit 165 and a quarter" => Failing("silent", 0.25) with { PerSecond = 165 },
        "5 places" => Behaviour.Good with { Places = 5, ServiceMs = 20 },
        "6 places" => Behaviour.Good with { Places = 6, ServiceMs = 20 },
        "200 ms" => Behaviour.Good with { LatencyMs = 200 },
        "outage" => Behaviour.Good with { OutageSeconds = 20 },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    private static Behaviour Failing(string fault, double share) => new() { Faults = new() { [fault] = share } };
}
