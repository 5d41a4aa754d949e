namespace InfluencerAnalytics.Tests.Fakes;

/// <summary>
/// Tests that move a clock while tasks run. They run alone, one after the other: <see cref="Pump.SettleAsync"/> looks at the thread pool,
/// and other tests would keep it busy.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FakeClock
{
    public const string Name = "fake clock";
}
