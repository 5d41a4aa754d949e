using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task SearchRoster_ByUsername_FindsEitherCaseInItsOrderPageByPage()
    {
        var slot = Slot;
        string[] names = ["anna", "ANNABEL", "ann", "Bob", "annabel", "an_na", "zoë", "an-9", "anna", "Änne"];
        long[] ids = [.. Enumerable.Range(1, names.Length).Select(id => id * 10L)];
        await TrackAsync(ids);
        await AppendAsync(Batch(slot, [.. ids.Select((id, i) => Point(id, slot) with { Username = names[i] })]));
        foreach (var limit in (int[])[1, 2, 3, 4, 100])
        {
            (await SearchAsync("ann", null, limit)).ShouldBe([30, 10, 90, 20, 50], $"{limit} a page");
            (await SearchAsync("an", null, limit)).ShouldBe([80, 60, 30, 10, 90, 20, 50], $"{limit} a page");
            (await SearchAsync("än", null, limit)).ShouldBe([100]);
            (await SearchAsync("zo", null, limit)).ShouldBe([70]);
            (await SearchAsync("annabelle", null, limit)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task SearchRoster_PlaceOrPrefixThatNoNameCanHave_IsNoFailure()
    {
        await TrackAsync(1);
        await AppendAsync(Batch(Slot, [Point(1, Slot) with { Username = "anna" }]));
        (await Store.SearchRosterAsync(new RosterSearch("b", null, new RosterPlace("b\0", 1), 10), Cancel)).Members.ShouldBeEmpty();
        (await Store.SearchRosterAsync(new RosterSearch("a\0", null, default, 10), Cancel)).Members.ShouldBeEmpty();
    }

    [Fact]
    public async Task SearchRoster_Renamed_IsFoundByTheNewNameOnly()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(slot, Point(1, slot) with { Username = "before" }, Point(2, slot) with { Username = "other" }));
        (await SearchAsync("be", null)).ShouldBe([1]);
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute) with { Username = "after" }));
        (await SearchAsync("be", null)).ShouldBeEmpty();
        (await SearchAsync("after", null)).ShouldBe([1]);
        await AppendAsync(Batch(slot + 2 * Minute, Point(1, slot + 2 * Minute) with { Username = "Before" }));
        (await SearchAsync("be", null)).ShouldBe([1]);
        (await Store.FindMemberAsync(1, Cancel))!.Username.ShouldBe("Before");
        await RestartAsync();
        (await SearchAsync("before", null)).ShouldBe([1]);
        (await SearchAsync("after", null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SearchRoster_ReadingThatComesLate_DoesNotBringItsNameBack()
    {
        var slot = Slot;
        await TrackAsync(1, 2);
        await AppendAsync(Batch(slot - 9 * Minute, Point(1, slot - 9 * Minute) with { Username = "first" }, Point(2, slot - 9 * Minute)));
        await AppendAsync(Batch(slot, Point(1, slot) with { Username = "now" }));
        // Of before the name that it has now, by the same process and by the next one; and in a call with a later one that comes first.
        await AppendAsync(Batch(slot - 5 * Minute, Point(1, slot - 5 * Minute) with { Username = "late" }));
        await ShouldBeNowAsync();
        await RestartAsync();
        await AppendAsync(Batch(slot - 4 * Minute, Point(1, slot - 4 * Minute) with { Username = "later" }));
        await ShouldBeNowAsync();
        await AppendAsync(
            Batch(slot + Minute, Point(1, slot + Minute) with { Username = "now" }, Point(2, slot + Minute) with { Username = "two" }),
            Batch(slot - 3 * Minute, Point(1, slot - 3 * Minute) with { Username = "latest" }, Point(2, slot - 3 * Minute) with { Username = "latest" }));
        await ShouldBeNowAsync();
        (await SearchAsync("two", null)).ShouldBe([2]);

        async Task ShouldBeNowAsync()
        {
            (await SearchAsync("now", null)).ShouldBe([1]);
            (await SearchAsync("lat", null)).ShouldBeEmpty();
            (await SearchAsync("first", null)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task SearchRoster_RenamedToTheNameOfALateReading_IsFoundByIt()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Batch(slot, Point(1, slot) with { Username = "now" }));
        await AppendAsync(Batch(slot - 5 * Minute, Point(1, slot - 5 * Minute) with { Username = "before" }));
        (await SearchAsync("before", null)).ShouldBeEmpty();
        await AppendAsync(Batch(slot + Minute, Point(1, slot + Minute) with { Username = "before" }));
        (await SearchAsync("before", null)).ShouldBe([1]);
        (await SearchAsync("now", null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SearchRoster_ByState_FindsThoseThatStandSo()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3, 4, 5, 6);
        await AppendAsync(Batch(slot, Point(1, slot), Point(2, slot), Point(3, slot), Point(4, slot), Point(5, slot)));
        // 2 fails now, 3 failed and was read since, 4 goes, 5 is removed, of 6 nothing is known.
        await AppendAsync(Missed(slot + Minute, new Miss(2, MissReason.Throttled), new Miss(3, MissReason.Timeout)));
        for (var i = 1; i <= 3; i++)
            await NotFoundAsync(slot + i * Minute, 4);
        await AppendAsync(Missed(slot + 2 * Minute, new Miss(2, MissReason.ServerError)));
        await AppendAsync(Batch(slot + 2 * Minute, Point(1, slot + 2 * Minute), Point(3, slot + 2 * Minute)));
        await Store.RemoveInfluencersAsync([5], Cancel);

        (await SearchAsync(null, null)).ShouldBe([1, 2, 3, 4, 6]);
        (await SearchAsync(null, RosterState.Tracked)).ShouldBe([1, 3, 6]);
        (await SearchAsync(null, RosterState.Failing)).ShouldBe([2]);
        (await SearchAsync(null, RosterState.Gone)).ShouldBe([4]);
        (await SearchAsync(null, RosterState.Removed)).ShouldBe([5]);
        (await SearchAsync("influencer", RosterState.Failing)).ShouldBe([2]);
        (await SearchAsync("influencer", RosterState.Removed)).ShouldBe([5]);
        (await SearchAsync("influencer-5", null)).ShouldBeEmpty();
        await AppendAsync(Batch(slot + 3 * Minute, Point(2, slot + 3 * Minute)));
        (await SearchAsync(null, RosterState.Failing)).ShouldBeEmpty();
        (await SearchAsync(null, RosterState.Tracked)).ShouldBe([1, 2, 3, 6]);
    }

    [Fact]
    public async Task FindMember_EachState_SaysWhatIsKnown()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3, 4);
        var added = (await Store.FindInfluencerAsync(1, Cancel))!.AddedAt;
        await AppendAsync(Batch(slot, Point(1, slot, followers: 77), Point(3, slot), Point(4, slot)));
        await AppendAsync(Missed(slot + Minute, new Miss(1, MissReason.Timeout), new Miss(2, MissReason.Connection)));
        for (var i = 1; i <= 3; i++)
            await NotFoundAsync(slot + i * Minute, 3);
        await AppendAsync(Missed(slot + 2 * Minute, new Miss(1, MissReason.BadCount)));
        await Store.RemoveInfluencersAsync([4], Cancel);

        var failing = (await Store.FindMemberAsync(1, Cancel))!;
        failing.ShouldBe(new RosterMember(1, "influencer-1", RosterState.Failing)
        {
            AddedAt = added,
            Since = slot + Minute,
            FollowerCount = 77,
            Slot = slot,
            LastErrorAt = slot + 2 * Minute,
            LastError = MissReason.BadCount,
        });
        var never = (await Store.FindMemberAsync(2, Cancel))!;
        (never.State, never.Username, never.Slot, never.LastError, never.LastErrorAt).ShouldBe((RosterState.Failing, null, 0, MissReason.Connection, slot + Minute));
        never.Since.ShouldBeInRange(added, added + Minute);
        var gone = (await Store.FindMemberAsync(3, Cancel))!;
        (gone.State, gone.Since, gone.NextTry, gone.LastError, gone.LastErrorAt).ShouldBe((RosterState.Gone, slot + 4 * Minute, slot + 4 * Minute, MissReason.NotFound, slot + 3 * Minute));
        var removed = (await Store.FindMemberAsync(4, Cancel))!;
        (removed.State, removed.Username, removed.FollowerCount, removed.Slot, removed.LastErrorAt).ShouldBe((RosterState.Removed, "influencer-4", 1000, slot, 0));
        removed.Since.ShouldBeInRange(Now.ToUnixTimeMilliseconds() - 3 * Minute, Now.ToUnixTimeMilliseconds() + 1000);
        (await Store.FindMemberAsync(99, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task FindMember_MissedAndNotVisitedSince_IsFailingWhileOthersAre()
    {
        var slot = Slot;
        await TrackAsync(1, 2, 3);
        await AppendAsync(Batch(slot, Point(1, slot), Point(2, slot)));
        await AppendAsync(Missed(slot + Minute, new Miss(1, MissReason.Timeout), new Miss(3, MissReason.Connection)));
        for (var later = 2; later <= RosterStates.SlotsLookedAt; later++)
        {
            await AppendAsync(Batch(slot + later * Minute, Point(2, slot + later * Minute)));
            var member = (await Store.FindMemberAsync(1, Cancel))!;
            (member.State, member.LastError, member.LastErrorAt).ShouldBe((RosterState.Failing, MissReason.Timeout, slot + Minute), $"{later}");
        }
        (await SearchAsync(null, RosterState.Failing)).ShouldBe([1, 3]);
        (await SearchAsync(null, RosterState.Tracked)).ShouldBe([2]);
    }

    [Fact]
    public async Task SearchRoster_OneThatHasReadingsOnly_IsNotOfTheRoster()
    {
        var slot = Slot;
        await TrackAsync(1);
        await AppendAsync(Batch(slot, Point(1, slot), Point(2, slot)));
        (await SearchAsync("influencer", null)).ShouldBe([1]);
        (await SearchAsync(null, null)).ShouldBe([1]);
        (await Store.FindMemberAsync(2, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task SearchRoster_ManyFailing_ComePageByPageOnceEach()
    {
        var slot = Slot;
        long[] ids = [.. Enumerable.Range(1, 700).Select(id => (long)id)];
        await TrackAsync(ids);
        // Every third is read in the slot that is read last; the others were missed in one slot or another, or in both.
        await AppendAsync(Missed(slot, [.. ids.Where(id => id % 2 == 0).Select(id => new Miss(id, MissReason.Timeout))]));
        await AppendAsync(Missed(slot + Minute, [.. ids.Where(id => id % 5 == 0).Select(id => new Miss(id, MissReason.Throttled))]));
        await AppendAsync(Batch(slot + 2 * Minute, [.. ids.Where(id => id % 3 == 0).Select(id => Point(id, slot + 2 * Minute))]));
        var failing = ids.Where(id => id % 3 != 0 && (id % 2 == 0 || id % 5 == 0)).ToList();
        foreach (var limit in (int[])[7, 100, 1000])
            (await SearchAsync(null, RosterState.Failing, limit)).ShouldBe(failing, $"{limit} a page");
        (await Store.FindMemberAsync(10, Cancel))!.LastError.ShouldBe(MissReason.Throttled);
    }

    [Fact]
    public async Task SearchRoster_ManyRemoved_ComePageByPageOnceEach()
    {
        await TrackAsync([.. Enumerable.Range(1, 900).Select(id => (long)id)]);
        long[] removed = [.. Enumerable.Range(1, 900).Where(id => id % 7 == 0).Select(id => (long)id)];
        await Store.RemoveInfluencersAsync(removed, Cancel);
        foreach (var limit in (int[])[1, 50, 1000])
            (await SearchAsync(null, RosterState.Removed, limit)).ShouldBe([.. removed], $"{limit} a page");
        (await SearchAsync(null, null, 400)).Count.ShouldBe(900 - removed.Length);
    }

    private async Task<List<long>> SearchAsync(string? prefix, RosterState? state, int limit = 100)
    {
        var ids = new List<long>();
        var place = default(RosterPlace);
        while (true)
        {
            var page = await Store.SearchRosterAsync(new RosterSearch(prefix, state, place, limit), Cancel);
            page.Members.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(page.Members.Select(member => member.InfluencerId));
            if (page.Next is not { } next)
                return ids;
            next.ShouldNotBe(place);
            place = next;
        }
    }
}
