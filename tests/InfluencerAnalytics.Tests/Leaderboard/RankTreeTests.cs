using CsCheck;
using InfluencerAnalytics.Leaderboard;

namespace InfluencerAnalytics.Tests.Leaderboard;

public sealed class RankTreeTests
{
    // Few different counts make many ties; few ids make many removals that hit.
    private static readonly Gen<(bool Add, long Followers, long Id)[]> Operations =
        Gen.Select(Gen.Frequency((3, Gen.Const(true)), (2, Gen.Const(false))), Gen.Long[0, 40], Gen.Long[1, 60]).Array[0, 4000];

    [Fact]
    public void AddAndRemove_RandomOperations_AgreeWithSortedModel() => Operations.Sample(operations =>
    {
        var tree = new RankTree();
        var model = new SortedSet<(long Key, long Id)>();
        foreach (var (add, followers, id) in operations)
        {
            if (add)
                tree.Add(followers, id).ShouldBe(model.Add((-followers, id)));
            else
                tree.Remove(followers, id).ShouldBe(model.Remove((-followers, id)));
        }
        ShouldAgree(tree, model);
    }, iter: 200);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(96)]
    [InlineData(97)]
    [InlineData(128 * 96 + 1)]
    [InlineData(97 * 97)]
    [InlineData(20_000)]
    public void Of_Sizes_IsTheTreeThatInsertionsMake(int count)
    {
        var random = new Random(count);
        var entries = Enumerable.Range(1, count).Select(id => (Followers: random.NextInt64(count / 3 + 1), Id: (long)id)).ToArray();
        random.Shuffle(entries);
        var tree = RankTree.Of([.. entries.Select(entry => entry.Followers)], [.. entries.Select(entry => entry.Id)]);
        var model = new SortedSet<(long Key, long Id)>(entries.Select(entry => (-entry.Followers, entry.Id)));
        ShouldAgree(tree, model);

        // It takes changes like any other: half of it goes, as much comes.
        foreach (var (followers, id) in entries.Take(count / 2))
        {
            tree.Remove(followers, id).ShouldBeTrue();
            model.Remove((-followers, id));
            tree.Add(followers + 7, id + count).ShouldBeTrue();
            model.Add((-followers - 7, id + count));
        }
        ShouldAgree(tree, model);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void AddAndRemove_InOrder_KeepsEveryRank(bool addAscending, bool removeAscending)
    {
        const int Count = 20_000;
        var tree = new RankTree();
        for (var i = 0; i < Count; i++)
            tree.Add(addAscending ? i : Count - 1 - i, i + 1).ShouldBeTrue();

        var model = new SortedSet<(long, long)>();
        for (var i = 0; i < Count; i++)
            model.Add((-(addAscending ? i : Count - 1 - i), i + 1));
        ShouldAgree(tree, model);

        var order = model.ToArray();
        if (removeAscending)
            Array.Reverse(order);
        for (var i = 0; i < Count; i++)
        {
            tree.Remove(-order[i].Item1, order[i].Item2).ShouldBeTrue();
            model.Remove(order[i]);
            if (i % 1999 == 0)
                ShouldAgree(tree, model);
        }
        tree.Count.ShouldBe(0);
        tree.CountAbove(0).ShouldBe(0);
    }

    [Fact]
    public void CountAbove_AllTied_IsZero()
    {
        var tree = new RankTree();
        for (var id = 1; id <= 10_000; id++)
            tree.Add(5000, id);
        tree.CountAbove(5000).ShouldBe(0);
        tree.CountAbove(4999).ShouldBe(10_000);
        tree.CountAbove(long.MaxValue).ShouldBe(0);
    }

    private static void ShouldAgree(RankTree tree, SortedSet<(long Key, long Id)> model)
    {
        tree.Count.ShouldBe(model.Count);
        var order = model.ToArray();
        var followers = new long[order.Length + 1];
        var ids = new long[order.Length + 1];
        tree.CopyTo(0, followers, ids).ShouldBe(order.Length);
        var above = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && order[i].Key != order[i - 1].Key)
                above = i;
            (followers[i], ids[i]).ShouldBe((-order[i].Key, order[i].Id));
            tree.CountAbove(-order[i].Key).ShouldBe(above);
        }

        // A page from the middle, past the end, and nothing at all.
        var middle = order.Length / 2;
        var page = new long[7];
        var pageIds = new long[7];
        tree.CopyTo(middle, page, pageIds).ShouldBe(Math.Min(7, order.Length - middle));
        for (var i = 0; i < Math.Min(7, order.Length - middle); i++)
            pageIds[i].ShouldBe(order[middle + i].Id);
        tree.CopyTo(order.Length, page, pageIds).ShouldBe(0);
        tree.CopyTo(order.Length + 5, page, pageIds).ShouldBe(0);
    }
}
