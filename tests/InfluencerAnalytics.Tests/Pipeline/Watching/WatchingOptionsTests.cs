using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Watching;

namespace InfluencerAnalytics.Tests.Pipeline.Watching;

public sealed class WatchingOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Problems(new WatchingOptions()).ShouldBeEmpty();

    [Theory]
    [InlineData(0, 0.009)]
    [InlineData(25, 1.01)]
    [InlineData(-1, double.NegativeInfinity)]
    public void Validate_EachOutOfItsRange_IsNamed(int hoursAtOnce, double share) =>
        Problems(new WatchingOptions { HoursAtOnce = hoursAtOnce, Share = share }).Select(problem => problem.Split(':')[1]).ShouldBe(["HoursAtOnce", "Share"]);

    private static IReadOnlyList<string> Problems(WatchingOptions options)
    {
        var errors = new OptionsErrors(WatchingOptions.Section);
        options.Validate(errors);
        return errors.All;
    }
}
