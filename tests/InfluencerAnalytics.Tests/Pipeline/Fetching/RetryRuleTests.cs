using InfluencerAnalytics.Pipeline.Fetching;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

public sealed class RetryRuleTests
{
    private static readonly RetryRule Rule = new(new FetchingOptions { RetryDelay = TimeSpan.FromMilliseconds(250) });

    [Theory]
    [InlineData(2, 250)]
    [InlineData(3, 500)]
    [InlineData(4, 1000)]
    public void PauseBefore_EachFurtherTry_IsTwiceAsLongAndUpToTwiceThat(int attempt, int least)
    {
        for (var i = 0; i < 200; i++)
            Rule.PauseBefore(attempt, TimeSpan.Zero).TotalMilliseconds.ShouldBeInRange(least, 2 * least);
    }

    [Theory]
    [InlineData(5, 0.417, 0.834)]
    [InlineData(60, 5, 10)]
    [InlineData(3600, 5, 10)]
    public void MessageDelay_AnyInterval_IsASixthOfItAtMostTenSeconds(int interval, double least, double most)
    {
        for (var i = 0; i < 200; i++)
            RetryRule.MessageDelay(TimeSpan.FromSeconds(interval), TimeSpan.Zero).TotalSeconds.ShouldBeInRange(least - 0.001, most + 0.001);
    }

    [Fact]
    public void Pauses_ProviderAskedForLonger_AreAsLong()
    {
        var asked = TimeSpan.FromSeconds(30);
        Rule.PauseBefore(2, asked).ShouldBe(asked);
        RetryRule.MessageDelay(TimeSpan.FromSeconds(60), asked).ShouldBe(asked);
    }
}
