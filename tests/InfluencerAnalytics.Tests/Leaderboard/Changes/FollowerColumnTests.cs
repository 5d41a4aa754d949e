using CsCheck;
using InfluencerAnalytics.Leaderboard.Changes;

namespace InfluencerAnalytics.Tests.Leaderboard.Changes;

public sealed class FollowerColumnTests
{
    // Around what fits an int from a zero anchor, and whatever else a count may be.
    private static readonly Gen<long> Followers = Gen.OneOf(
        Gen.Long[0, 1000], Gen.Long[int.MaxValue - 3L, int.MaxValue + 3L], Gen.Long[1_000_000_000_000, 1_000_000_000_005], Gen.Const(long.MaxValue), Gen.Const(0L));

    [Fact]
    public void Set_AnyCountsInSeveralColumns_GivesEachBack() =>
        Gen.Select(Gen.Int[0, 3], Gen.OneOf(Gen.Int[0, 20], Gen.Int[16_380, 16_390], Gen.Const(100_000)), Followers).Array[0, 300].Sample(sets =>
        {
            var anchors = new FollowerAnchors();
            var columns = Enumerable.Range(0, 4).Select(_ => new FollowerColumn(anchors)).ToArray();
            var model = new Dictionary<(int Column, int Place), long>();
            foreach (var (column, place, followers) in sets)
            {
                columns[column].Set(place, followers);
                model[(column, place)] = followers;
            }
            foreach (var column in Enumerable.Range(0, 4))
            {
                columns[column].Count.ShouldBe(model.Keys.Count(key => key.Column == column));
                foreach (var place in sets.Select(set => set.Item2).Append(50).Append(16_384 * 9))
                {
                    var isThere = model.TryGetValue((column, place), out var expected);
                    columns[column].Has(place).ShouldBe(isThere);
                    columns[column].TryGet(place, out var followers).ShouldBe(isThere);
                    followers.ShouldBe(expected);
                }
            }
        }, iter: 300);
}
