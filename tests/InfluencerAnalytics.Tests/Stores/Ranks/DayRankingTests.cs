using CsCheck;
using InfluencerAnalytics.Stores.Ranks;

namespace InfluencerAnalytics.Tests.Stores.Ranks;

public sealed class DayRankingTests
{
    [Fact]
    public void Rank_ManyTies_AgreesWithANaiveSort() =>
        Gen.Select(Gen.Long[1, 1L << 53].HashSet[0, 400], Gen.Int[1, 20], Gen.Int).Sample((ids, values, seed) =>
        {
            var random = new Random(seed);
            var followers = ids.ToDictionary(static id => id, _ => random.Next(values) == 0 ? long.MaxValue : random.Next(values));
            var ranking = new DayRanking(random.Next(10));
            foreach (var (id, count) in followers)
                ranking.Add(id, count);
            ranking.Rank();
            ranking.Count.ShouldBe(ids.Count);
            Enumerable.Range(0, ranking.Count).Select(ranking.At).ShouldBe(
                followers.OrderBy(static one => one.Key).Select(one => (one.Key, 1 + followers.Values.Count(other => other > one.Value))));
        }, iter: 300);

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 1000, false)]
    [InlineData(10, 1000, false)]
    [InlineData(11, 1000, true)]
    [InlineData(1, 99, true)]
    [InlineData(1, 0, true)]
    public void IsNeededAgain_LateChanges_WhenMoreThanOneInAHundred(long late, long influencers, bool expected) =>
        DayRanking.IsNeededAgain(late, influencers).ShouldBe(expected);
}
