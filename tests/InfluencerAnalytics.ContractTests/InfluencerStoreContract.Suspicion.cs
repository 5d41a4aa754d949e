using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private long NowMs => Now.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Verdict_Written_IsReadAsItWas()
    {
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBeNull();
        var verdict = Verdict(7, true, NowMs - 1) with { FollowerCount = 1_000_000_000_000, FollowingCount = 0 };
        (await JudgeAsync(verdict, Verdict(9_007_199_254_740_991, false, NowMs))).ShouldBe(2);
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBe(verdict);
        (await Store.FindVerdictAsync(9_007_199_254_740_991, Cancel))!.Value.IsSuspicious.ShouldBeFalse();
        (await Store.FindVerdictAsync(8, Cancel)).ShouldBeNull();
        await RestartAsync();
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBe(verdict);
    }

    [Fact]
    public async Task Verdict_OlderOrTheSameAgain_ChangesNothing()
    {
        var newest = Verdict(7, true, NowMs - 1000);
        await JudgeAsync(newest);
        (await JudgeAsync(newest)).ShouldBe(0);
        (await JudgeAsync(Verdict(7, false, NowMs - 2000))).ShouldBe(0);
        (await JudgeAsync(Verdict(7, false, NowMs - 1000))).ShouldBe(0);
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBe(newest);
        (await HistoryAsync(7)).ShouldBe([newest]);
    }

    [Fact]
    public async Task Verdict_SeveralOfOneInACall_TheNewestCounts()
    {
        (await JudgeAsync(Verdict(7, true, NowMs - 1000), Verdict(7, false, NowMs - 500), Verdict(7, true, NowMs - 2000))).ShouldBe(1);
        (await Store.FindVerdictAsync(7, Cancel))!.Value.CheckedAt.ShouldBe(NowMs - 500);
    }

    [Fact]
    public async Task Verdict_OneOfThemOutOfRange_NoneIsStored()
    {
        foreach (var bad in new[] { Verdict(0, true, NowMs), Verdict(5, true, 0), Verdict(5, true, long.MaxValue), Verdict(5, true, NowMs) with { FollowerCount = -1 }, Verdict(5, true, NowMs) with { FollowingCount = -1 } })
            await Should.ThrowAsync<StoreRefusedException>(async () => await JudgeAsync(Verdict(7, true, NowMs), bad));
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBeNull();
        (await JudgeAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task History_AfterAVerdictOfAClockThatWasAhead_BeginsWithTheOneThatHolds()
    {
        var now = NowMs;
        await JudgeAsync(Verdict(7, true, now - 2 * Hour), Verdict(8, false, now - 2 * Hour));
        // Two, so that the flag changes twice in the future.
        await JudgeAsync(Verdict(7, false, now + Day), Verdict(8, true, now + Day), Verdict(9, true, now + Day));
        await JudgeAsync(Verdict(7, true, now + 2 * Day));
        await JudgeAsync(Verdict(7, false, now), Verdict(8, false, now), Verdict(9, false, now));
        (await Store.FindVerdictAsync(7, Cancel))!.Value.IsSuspicious.ShouldBeFalse();
        (await HistoryAsync(7)).ShouldBe([Verdict(7, false, now), Verdict(7, true, now - 2 * Hour)]);
        (await HistoryAsync(8)).ShouldBe([Verdict(8, false, now - 2 * Hour)]);
        (await HistoryAsync(9)).ShouldBe([Verdict(9, false, now)]);
        // When their time has come they are not there either.
        await PassAsync(TimeSpan.FromDays(3));
        await JudgeAsync(Verdict(7, true, NowMs));
        (await HistoryAsync(7)).Select(static verdict => verdict.IsSuspicious).ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task Verdict_OfAClockThatWasAhead_GivesWay()
    {
        await JudgeAsync(Verdict(7, true, NowMs + Day));
        (await Store.FindJudgedAsync([7], NowMs - Hour, Cancel)).ShouldBeEmpty();
        (await JudgeAsync(Verdict(7, false, NowMs))).ShouldBe(1);
        (await Store.FindVerdictAsync(7, Cancel)).ShouldBe(Verdict(7, false, NowMs));
        (await Store.FindJudgedAsync([7], NowMs - Hour, Cancel)).ShouldBe([7L]);
    }

    [Fact]
    public async Task FlagHistory_FlagsThatChange_AreKeptNewestFirstWithTheirNumbers()
    {
        bool[] flags = [false, false, true, true, false, true];
        var verdicts = flags.Select((flag, i) => Verdict(7, flag, NowMs - (flags.Length - i) * Hour) with { FollowerCount = 100 + i }).ToList();
        foreach (var verdict in verdicts)
            await JudgeAsync(verdict, Verdict(6, true, verdict.CheckedAt), Verdict(8, false, verdict.CheckedAt));
        (await HistoryAsync(7)).ShouldBe([verdicts[5], verdicts[4], verdicts[2], verdicts[0]]);
        (await HistoryAsync(7, 2)).ShouldBe([verdicts[5], verdicts[4]]);
        (await HistoryAsync(6)).Count.ShouldBe(1);
        (await HistoryAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task FlagHistory_FlagThatChangesTimeAndAgain_KeepsTheNewest()
    {
        const int Changes = SuspicionVerdict.MostChangesKept + 7;
        await JudgeAsync(Verdict(6, true, NowMs - 2 * Changes * Minute), Verdict(8, false, NowMs - 2 * Changes * Minute));
        for (var i = 0; i < Changes; i++)
            await JudgeAsync(Verdict(7, i % 2 == 0, NowMs - (Changes - i) * Minute));
        for (var round = 0; round < 2; round++)
        {
            (await HistoryAsync(7, 1000)).Select(static change => change.CheckedAt).ShouldBe(
                Enumerable.Range(1, SuspicionVerdict.MostChangesKept).Select(i => NowMs - i * Minute), $"round {round}");
            // Nobody else's.
            (await HistoryAsync(6)).Count.ShouldBe(1);
            (await HistoryAsync(8)).Count.ShouldBe(1);
            await RestartAsync();
        }
    }

    [Fact]
    public async Task Judged_OfAList_AreThoseSinceTheMoment()
    {
        await JudgeAsync(Verdict(1, true, NowMs - 2 * Hour), Verdict(2, false, NowMs - Hour), Verdict(3, true, NowMs - Minute), Verdict(4, true, NowMs - Minute));
        (await Store.FindJudgedAsync([1, 2, 3, 99], NowMs - Hour, Cancel)).ShouldBe([2L, 3L], ignoreOrder: true);
        (await Store.FindJudgedAsync([], 0, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Flags_LoadedInPagesAndFollowed_AreAllThatWereWritten()
    {
        await JudgeAsync([.. Enumerable.Range(1, 1000).Select(id => Verdict(id, id % 3 == 0, NowMs - 1000))]);
        var flags = new List<SuspicionFlag>();
        var first = await Store.ReadFlagChangesAsync(null, 300, flags, Cancel);
        first.HasMore.ShouldBeTrue();
        flags.Count.ShouldBe(300);
        // Of one that was given already, of one that was not, and of a new one.
        await JudgeAsync(Verdict(1, true, NowMs), Verdict(1000, true, NowMs), Verdict(1001, true, NowMs));
        var cursor = await FlagsAsync(first.Cursor, 300, flags);
        cursor = await FlagsAsync(cursor, 300, flags);
        var newest = flags.GroupBy(flag => flag.InfluencerId).ToDictionary(group => group.Key, group => group.MaxBy(flag => flag.CheckedAt));
        newest.Count.ShouldBe(1001);
        (newest[1], newest[1000], newest[1001]).ShouldBe((new(1, true, NowMs), new(1000, true, NowMs), new(1001, true, NowMs)));
        (newest[2], newest[3]).ShouldBe((new(2, false, NowMs - 1000), new(3, true, NowMs - 1000)));

        var news = new List<SuspicionFlag>();
        cursor = await FlagsAsync(cursor, 300, news);
        news.ShouldBeEmpty();
        // In pages of one, and one of them is judged once more in between.
        await JudgeAsync(Verdict(5, true, NowMs + 1), Verdict(6, true, NowMs + 1), Verdict(7, true, NowMs + 1));
        var page = await Store.ReadFlagChangesAsync(cursor, 1, news, Cancel);
        await JudgeAsync(Verdict(7, false, NowMs + 2));
        await FlagsAsync(await FlagsAsync(page.Cursor, 1, news), 1, news);
        news.Select(flag => flag.InfluencerId).Distinct().ShouldBe([5L, 6L, 7L], ignoreOrder: true);
        news.Where(flag => flag.InfluencerId == 7).MaxBy(flag => flag.CheckedAt).IsSuspicious.ShouldBeFalse();
    }

    [Fact]
    public async Task Flags_CursorUsedTwice_GivesTheSameAgain()
    {
        await JudgeAsync(Verdict(1, true, NowMs - 10));
        var cursor = await FlagsAsync(null, 10, []);
        await JudgeAsync(Verdict(2, true, NowMs - 5));
        foreach (var _ in new int[2])
        {
            var news = new List<SuspicionFlag>();
            await FlagsAsync(cursor, 10, news);
            news.ShouldBe([new SuspicionFlag(2, true, NowMs - 5)]);
        }
    }

    [Fact]
    public async Task Flags_CursorThatIsNone_GivesAll()
    {
        await JudgeAsync(Verdict(1, true, NowMs), Verdict(2, false, NowMs));
        foreach (var cursor in new[] { "", "x", "-1", "99999999999", "1:1:|x|", "a|b|c|d|e", "zzz|||0|0" })
        {
            var flags = new List<SuspicionFlag>();
            await FlagsAsync(cursor, 10, flags);
            flags.Select(flag => flag.InfluencerId).ShouldBe([1L, 2L], ignoreOrder: true, cursor);
        }
    }

    [Fact]
    public async Task FailedChecks_Counted_AddUpByDay()
    {
        var today = FailedChecks.DayOf(NowMs);
        await Store.AddFailedChecksAsync(today, 3, Cancel);
        await Store.AddFailedChecksAsync(today - Day, 1, Cancel);
        await Store.AddFailedChecksAsync(today, 4, Cancel);
        (await Store.ReadFailedChecksAsync(today - 7 * Day, today, Cancel)).ShouldBe([new FailedChecks(today - Day, 1), new FailedChecks(today, 7)]);
        (await Store.ReadFailedChecksAsync(today, today, Cancel)).ShouldBe([new FailedChecks(today, 7)]);
        (await Store.ReadFailedChecksAsync(today - 7 * Day, today - 2 * Day, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task LatestOf_SomeInfluencers_AreTheirLastPointsAndHowTheyStand()
    {
        await TrackAsync(1, 2, 3);
        await AppendAsync(Point(1, Slot - Minute, 10), Point(1, Slot, 11), Point(2, Slot, 20), Point(4, Slot, 40));
        await Store.RemoveInfluencersAsync([2], Cancel);
        var points = new List<LatestPoint>();
        await Store.ReadLatestOfAsync([1, 2, 3, 4, 99], points, Cancel);
        points.OrderBy(point => point.InfluencerId).Select(point => (point.InfluencerId, point.FollowerCount, point.Slot, point.Status)).ShouldBe(
        [
            (1, 11, Slot, Influencers.InfluencerStatus.Tracked), (2, 20, Slot, Influencers.InfluencerStatus.Removed),
            (3, 0, 0, Influencers.InfluencerStatus.Tracked), (4, 40, Slot, Influencers.InfluencerStatus.Unknown),
        ]);
        await Store.ReadLatestOfAsync([], points, Cancel);
        points.Count.ShouldBe(4);
    }

    private static SuspicionVerdict Verdict(long id, bool isSuspicious, long checkedAt) => new(id, isSuspicious, checkedAt, id * 10, id);

    private async Task<int> JudgeAsync(params SuspicionVerdict[] verdicts) => await Store.WriteVerdictsAsync(verdicts, Cancel);

    private async Task<IReadOnlyList<SuspicionVerdict>> HistoryAsync(long id, int limit = 100) => await Store.ReadFlagHistoryAsync(id, limit, Cancel);

    private async Task<string> FlagsAsync(string? cursor, int limit, List<SuspicionFlag> into)
    {
        FlagPage page;
        do
        {
            var before = into.Count;
            page = await Store.ReadFlagChangesAsync(cursor, limit, into, Cancel);
            (into.Count - before).ShouldBeLessThanOrEqualTo(limit);
            cursor = page.Cursor;
        }
        while (page.HasMore);
        return cursor;
    }
}
