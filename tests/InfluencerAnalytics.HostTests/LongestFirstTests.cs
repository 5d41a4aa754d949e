using InfluencerAnalytics.HostTests.Processes;

namespace InfluencerAnalytics.HostTests;

public sealed class LongestFirstTests
{
    [Fact]
    public void Place_AsCollectionsAreNamed_KnowsTheClass()
    {
        var name = TestContext.Current.TestCollection!.TestCollectionDisplayName;
        var ofLongest = name.Replace(typeof(LongestFirstTests).FullName!, typeof(FaultTests).FullName!, StringComparison.Ordinal);
        ofLongest.ShouldNotBe(name);
        LongestFirst.Place(ofLongest).ShouldBe(0);
        LongestFirst.Place(name).ShouldBeGreaterThan(0);
    }
}
