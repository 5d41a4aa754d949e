using InfluencerAnalytics.Embedded.Disk;

namespace InfluencerAnalytics.ContractTests.Embedded.Disk;

public sealed class LostShardsTests
{
    [Fact]
    public void Due_AskingFailed_IsDueStill()
    {
        var lost = new LostShards();
        lost.Note(5, newest: 10);
        lost.Due(TimeSpan.Zero).ShouldBe(10);
        lost.Due(TimeSpan.FromSeconds(1)).ShouldBe(10);
        lost.Asked(10, TimeSpan.FromSeconds(1));
        lost.Due(TimeSpan.FromDays(1)).ShouldBeNull();
        lost.Note(6, newest: 11);
        lost.Due(TimeSpan.FromDays(1)).ShouldBeNull("the generation that was asked for makes up for it");
    }

    [Fact]
    public void Due_LostWhileAsking_WaitsForTheNextOne()
    {
        var lost = new LostShards();
        lost.Note(5, newest: 10);
        var upTo = lost.Due(TimeSpan.Zero).ShouldNotBeNull();
        lost.Note(12, newest: 20);
        lost.Asked(upTo, TimeSpan.Zero);
        lost.Due(TimeSpan.FromMinutes(9)).ShouldBeNull();
        lost.Due(TimeSpan.FromMinutes(10)).ShouldBe(20);
    }
}
