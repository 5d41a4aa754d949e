using CsCheck;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.ContractTests.Embedded.Stores;

/// <summary>
/// Who is tracked, covered, missed and gone, under points, misses, additions and removals in any order and delivered again, restarts and
/// crashes: held against the fake store, which works everything out anew from what it was told whenever it is asked.
/// </summary>
public sealed class EmbeddedSlotModelTests
{
    // Enough that so many can turn not-found at once that it is an outage.
    private const int Influencers = 40;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly Gen<Step> GenStep =
        from kind in Gen.Frequency((8, Gen.Const(Kind.Points)), (8, Gen.Const(Kind.NotFound)), (4, Gen.Const(Kind.Missed)), (2, Gen.Const(Kind.Again)), (2, Gen.Const(Kind.Add)),
            (1, Gen.Const(Kind.Remove)), (6, Gen.Const(Kind.Wait)), (1, Gen.Const(Kind.WaitLong)), (1, Gen.Const(Kind.Restart)), (1, Gen.Const(Kind.Crash)), (1, Gen.Const(Kind.Checkpoint)), (1, Gen.Const(Kind.Note)), (2, Gen.Const(Kind.RollUp)))
        from ids in Gen.OneOf(Gen.Int[1, Influencers].Array[1, 3], Gen.Int[1, Influencers].Array[1, 3], Gen.Int[1, 60].Array[30, 60])
        from ago in Gen.Int[-1, 4]
        from reason in Gen.Int[(int)MissReason.Throttled, (int)MissReason.NotReached]
        select new Step(kind, [.. ids.Distinct().Select(id => (long)id)], ago, (MissReason)reason);

    private enum Kind
    {
        Points,
        NotFound,
        Missed,
        Again,
        Add,
        Remove,
        Wait,
        WaitLong,
        Restart,
        Crash,
        Checkpoint,
        Note,
        RollUp,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slots_RandomSteps_AccountForEveryInfluencerAsTheModelDoes() =>
        await GenStep.Array[1, 60].SampleAsync(async steps =>
        {
            using var test = new TestDatabase();
            var model = new FakeStore(test.Time);
            var told = new List<DataPointBatch>();
            foreach (var (step, index) in steps.Select((step, index) => (step, index)))
            {
                await RunAsync(step, index, test, model, told);
                await CompareAsync(test.Database.Store, model);
            }
        }, iter: 30, threads: 1, print: static steps => string.Join(Environment.NewLine, steps.AsEnumerable()));

    private static async Task RunAsync(Step step, int index, TestDatabase test, FakeStore model, List<DataPointBatch> told)
    {
        var slot = (test.Time.GetUtcNow().ToUnixTimeMilliseconds() / 60_000 - step.Ago) * 60_000;
        switch (step.Kind)
        {
            case Kind.Points:
                await TellAsync(new DataPointBatch(slot, Interval, [.. step.Ids.Select(id => new DataPoint(id, id + slot % 1000, id, slot, slot + id, $"influencer-{id}"))], []));
                break;
            case Kind.NotFound:
                await TellAsync(new DataPointBatch(slot, Interval, [], [.. step.Ids.Select(id => new Miss(id, MissReason.NotFound))]));
                break;
            case Kind.Missed:
                await TellAsync(new DataPointBatch(slot, Interval, [], [.. step.Ids.Select(id => new Miss(id, step.Reason))]));
                break;
            case Kind.Again when told.Count > 0:
                await TellAsync(told[^Math.Min(told.Count, step.Ids.Length)]);
                break;
            case Kind.Add:
                await test.Database.Store.AddInfluencersAsync(step.Ids, 0, Cancel);
                await model.AddInfluencersAsync(step.Ids, 0, Cancel);
                break;
            case Kind.Remove:
                await test.Database.Store.RemoveInfluencersAsync(step.Ids, Cancel);
                await model.RemoveInfluencersAsync(step.Ids, Cancel);
                break;
            case Kind.Wait:
                test.Time.Advance(TimeSpan.FromSeconds(20 * step.Ids.Length));
                break;
            case Kind.WaitLong:
                test.Time.Advance(TimeSpan.FromMinutes(45));
                break;
            case Kind.Restart:
                test.Reopen();
                model.Restart();
                break;
            case Kind.Crash:
                test.OpenAfterCrash($"copy-{index}");
                model.Restart();
                break;
            case Kind.Checkpoint:
                test.Database.Work.Checkpoint();
                break;
            case Kind.RollUp:
                test.Database.Work.RollUp();
                break;
            case Kind.Note:
                await test.Database.Store.NoteSlotAsync(slot, Interval, Cancel);
                await model.NoteSlotAsync(slot, Interval, Cancel);
                break;
        }

        async Task TellAsync(DataPointBatch batch)
        {
            told.Add(batch);
            (await test.Database.Store.AppendAsync([batch], Cancel)).ShouldBe(await model.AppendAsync([batch], Cancel));
        }
    }

    private static async Task CompareAsync(IInfluencerStore store, FakeStore model)
    {
        var records = await store.ReadSlotsAsync(0, long.MaxValue / 4, Cancel);
        (await store.ReadSlotHoursAsync(0, long.MaxValue / 4, Cancel)).ShouldBe(SlotSum.Together(records.Select(SlotSum.Of), 3_600_000));
        var slots = records.ToDictionary(slot => slot.Slot);
        foreach (var expected in await model.ReadSlotsAsync(0, long.MaxValue, Cancel))
        {
            if (!slots.Remove(expected.Slot, out var slot))
            {
                // The fake makes a record of every slot that it hears of.
                (expected.Stored, expected.Missed.Count).ShouldBe((0, 0));
                continue;
            }
            (slot.Tracked, slot.Gone, slot.Stored, slot.Covered, slot.Others).ShouldBe((expected.Tracked, expected.Gone, expected.Stored, expected.Covered, expected.Others));
            slot.Missed.ShouldBe(expected.Missed, ignoreOrder: true);
            (slot.Covered + slot.Missed.Values.Sum() + slot.Unreported).ShouldBe(slot.Tracked);
            (slot.FollowerSum, slot.FollowingSum).ShouldBe((expected.FollowerSum, expected.FollowingSum));
        }

        slots.ShouldBeEmpty();
        var (counts, modelCounts) = (await store.CountRosterAsync(Cancel), await model.CountRosterAsync(Cancel));
        (counts.Tracked, counts.Gone).ShouldBe((modelCounts.Tracked, modelCounts.Gone));
        var roster = await store.ReadRosterAsync(0, int.MaxValue, Cancel);
        roster.Select(entry => (entry.InfluencerId, entry.Status, entry.AddedAt, entry.NextTry)).ShouldBe(
            (await model.ReadRosterAsync(0, int.MaxValue, Cancel)).Select(entry => (entry.InfluencerId, entry.Status, entry.AddedAt, entry.NextTry)));
    }

    private sealed record Step(Kind Kind, long[] Ids, int Ago, MissReason Reason)
    {
        public override string ToString() => $"{Kind} {string.Join(',', Ids)} ago {Ago} {Reason}";
    }
}
