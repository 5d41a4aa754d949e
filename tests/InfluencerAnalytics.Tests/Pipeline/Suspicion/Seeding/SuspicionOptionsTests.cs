using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Suspicion.Seeding;

namespace InfluencerAnalytics.Tests.Pipeline.Suspicion.Seeding;

public sealed class SuspicionOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Problems(new SuspicionOptions()).ShouldBeEmpty();

    [Fact]
    public void Validate_EachOutOfItsRange_IsNamed()
    {
        var problems = Problems(new SuspicionOptions
        {
            Period = TimeSpan.FromSeconds(59),
            ShardSize = 0,
            MaxConcurrency = 0,
            MaxPerSecond = 10_001,
            RequestTimeout = TimeSpan.FromMinutes(3),
            BreakDuration = TimeSpan.Zero,
        });
        problems.Select(problem => problem.Split(':')[1]).ShouldBe(["Period", "ShardSize", "MaxConcurrency", "MaxPerSecond", "RequestTimeout", "BreakDuration"]);
    }

    private static IReadOnlyList<string> Problems(SuspicionOptions options)
    {
        var errors = new OptionsErrors(SuspicionOptions.Section);
        options.Validate(errors);
        return errors.All;
    }
}
