using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Pipeline.Fetching;

namespace InfluencerAnalytics.Tests.Pipeline.Fetching;

public sealed class FetchingOptionsTests
{
    [Theory]
    [InlineData(10, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Validate_MaxConcurrency_IsJudgedByItself(int max, int errors)
    {
        var found = new OptionsErrors(FetchingOptions.Section);

        new FetchingOptions { MaxConcurrency = max }.Validate(found);

        found.All.Count.ShouldBe(errors);
    }
}
