using InfluencerAnalytics.Embedded.Influencers;

namespace InfluencerAnalytics.ContractTests.Embedded.Influencers;

public sealed class NameHashTests
{
    // Stored: where another number comes out, older directories tell every name as changed. DirectoryLayout.Format has to be raised.
    [Theory]
    [InlineData("", 953390274u)]
    [InlineData("influencer-1000000", 2094203078u)]
    [InlineData("Zoë 🎈", 3512304644u)]
    public void Of_AName_GivesWhatIsStored(string name, uint stored) => NameHash.Of(name).ShouldBe(stored);
}
