using CsCheck;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.HostTests.Simulator;

public sealed class WalkTests
{
    private const long Minute = 60_000;

    /// <summary>2026-10-24, in minutes since 1970: 30 days before the simulated present of these tests.</summary>
    private const long SomeMinute = 1_792_800_000_000 / Minute;

    private static readonly Gen<long> Pks = Gen.Long[1, (1L << 53) - 1];

    [Fact]
    public void Mockstagram_NthReading_DependsOnSeedAccountAndNAlone() =>
        Gen.Select(Gen.Long, Gen.Int[0, 99].Array[1, 300]).Sample((seed, calls) =>
        {
            var mixed = new MockstagramWalk(seed, 1000, 100);
            var lone = Enumerable.Range(0, 100).Select(_ => new MockstagramWalk(seed, 1000, 100)).ToArray();
            foreach (var index in calls)
                mixed.Next(1000 + index).ShouldBe(lone[index].Next(1000 + index));
        }, iter: 200);

    [Fact]
    public void Mockstagram_OtherSeed_GivesOtherNumbers() =>
        new MockstagramWalk(1, 1000, 1).Next(1000).ShouldNotBe(new MockstagramWalk(2, 1000, 1).Next(1000));

    [Fact]
    public void Mockstagram_LongWalk_NeverFallsUnderItsFloors() =>
        Gen.Select(Gen.Long, Pks).Sample((seed, pk) =>
        {
            var walk = new MockstagramWalk(seed, pk, 1);
            for (var i = 0; i < 2000; i++)
            {
                var numbers = walk.Next(pk);
                numbers.Followers.ShouldBeGreaterThanOrEqualTo(5_000);
                numbers.Following.ShouldBeGreaterThanOrEqualTo(50);
            }
        }, iter: 50);

    [Fact]
    public void Mockstagram_ManyAccounts_StartAndStepAsDocumented()
    {
        const int Count = 20_000;
        var walk = new MockstagramWalk(3, 1, Count);
        var starts = Enumerable.Range(1, Count).Select(pk => walk.Current(pk)).ToArray();
        var steps = Enumerable.Range(1, Count).Select(pk => walk.Next(pk)).ToArray();
        // A normal number is under its mean minus one deviation in 15.9% of cases: 100,000·(1+N) and 1,000·(1+N) are floored there.
        Share(starts, numbers => numbers.Followers < 100_000).ShouldBe(0.5, 0.015);
        Share(starts, numbers => numbers.Followers < 200_000).ShouldBe(0.841, 0.015);
        Share(starts, numbers => numbers.Followers == 5_000).ShouldBe(0.171, 0.015);
        Share(starts, numbers => numbers.Following < 2_000).ShouldBe(0.841, 0.015);
        Share(starts, numbers => numbers.Following == 50).ShouldBe(0.171, 0.015);
        // Away from the floors a step is free.
        var free = starts.Zip(steps).Where(pair => pair.First is { Followers: > 60_000, Following: > 600 }).ToArray();
        Deviation(free.Select(pair => (double)pair.Second.Followers - pair.First.Followers)).ShouldBe(10_000, 300);
        Deviation(free.Select(pair => (double)pair.Second.Following - pair.First.Following)).ShouldBe(100, 3);
        free.Average(pair => pair.Second.Followers - pair.First.Followers).ShouldBe(0, 400);
    }

    [Fact]
    public void Mockstagram_ConcurrentCalls_EachGetAReadingOfTheirOwn()
    {
        const int Calls = 20_000;
        var alone = new MockstagramWalk(5, 1, 1);
        var expected = Enumerable.Range(0, Calls).Select(_ => alone.Next(1)).Order(Comparer<AccountNumbers>.Create(Compare)).ToArray();
        var shared = new MockstagramWalk(5, 1, 1);
        var got = new AccountNumbers[Calls];
        Parallel.For(0, Calls, i => got[i] = shared.Next(1));
        Array.Sort(got, Compare);
        got.ShouldBe(expected);
    }

    [Fact]
    public void Lifelike_SameMinute_GivesTheSameNumbers() =>
        Gen.Select(Gen.Long, Pks, Gen.Long[0, 40_000_000]).Sample((seed, pk, minute) =>
        {
            var walk = new LifelikeWalk(seed, pk);
            walk.At(minute * Minute).ShouldBe(LifelikeWalk.ValueAt(seed, pk, minute));
        });

    [Fact]
    public void Lifelike_AnyMinute_IsContinuousAndAboveTheFloors() =>
        Gen.Select(Gen.Long, Pks, Gen.Long[SomeMinute - 1_000_000, SomeMinute + 1_000_000]).Sample((seed, pk, minute) =>
        {
            var walk = new LifelikeWalk(seed, pk);
            var now = walk.At(minute * Minute);
            var next = walk.At((minute + 1) * Minute);
            now.Followers.ShouldBeGreaterThanOrEqualTo(5_000);
            now.Following.ShouldBeGreaterThanOrEqualTo(50);
            // The steepest thing there is: 35% bought within a quarter of an hour.
            ((double)Math.Abs(next.Followers - now.Followers)).ShouldBeLessThan(20 + 0.03 * now.Followers);
            ((double)Math.Abs(next.Following - now.Following)).ShouldBeLessThan(2 + 0.001 * now.Following);
        }, iter: 20_000);

    [Fact]
    public void Lifelike_OrdinaryMinutes_AreCalmButMove()
    {
        var changes = new List<double>();
        for (var pk = 1; pk <= 50; pk++)
        {
            var walk = new LifelikeWalk(1, pk);
            for (var minute = SomeMinute; minute < SomeMinute + 500; minute++)
            {
                var now = walk.At(minute * Minute).Followers;
                changes.Add(Math.Abs(walk.At((minute + 1) * Minute).Followers - now) / (double)now);
            }
        }
        changes.Sort();
        changes[changes.Count / 2].ShouldBeInRange(0.000001, 0.0003);
        changes.Count(change => change == 0).ShouldBeLessThan(changes.Count / 4);
    }

    [Fact]
    public void Lifelike_ManyAccountsOverAMonth_ShowSpikesAndBoughtFollowersButSeldom()
    {
        const int Accounts = 400;
        var jumps = 0;
        var spikes = 0;
        for (var pk = 1; pk <= Accounts; pk++)
        {
            var walk = new LifelikeWalk(1, pk);
            var hours = Enumerable.Range(0, 30 * 24 + 1).Select(hour => (double)walk.At((SomeMinute + hour * 60) * Minute).Followers).ToArray();
            jumps += hours.Zip(hours.Skip(1)).Any(pair => pair.Second / pair.First > 1.06) ? 1 : 0;
            spikes += hours.Zip(hours.Skip(24)).Any(pair => pair.Second / pair.First is > 1.02 and < 1.08) ? 1 : 0;
        }
        // A month is two thirds of a stretch with a chance of one in eight, and two and a half with one of three in ten.
        jumps.ShouldBeInRange(Accounts / 30, Accounts / 6);
        spikes.ShouldBeInRange(Accounts / 10, Accounts * 3 / 4);
    }

    [Fact]
    public void Lifelike_ForgottenEvents_FadeWithoutAStep()
    {
        for (var pk = 1; pk <= 100; pk++)
        {
            var walk = new LifelikeWalk(1, pk);
            var last = walk.At(SomeMinute * Minute).Followers;
            for (var hour = 1; hour < 150 * 24; hour++)
            {
                var followers = walk.At((SomeMinute + hour * 60) * Minute).Followers;
                ((double)last - followers).ShouldBeLessThan(20 + 0.005 * last);
                last = followers;
            }
        }
    }

    [Fact]
    public void Lifelike_ManyAccountsOverAYear_GrowOnTheWhole()
    {
        const long Year = 365 * 1440;
        var ratio = Enumerable.Range(1, 500).Average(pk =>
            (double)LifelikeWalk.ValueAt(1, pk, SomeMinute + Year).Followers / LifelikeWalk.ValueAt(1, pk, SomeMinute).Followers);
        ratio.ShouldBeInRange(1.05, 1.3);
    }

    [Fact]
    public void Lifelike_Numbers_AreWhatTheyAlwaysWere()
    {
        // Histories that were written join what the simulator serves today: no number may change.
        var sum = 0UL;
        for (var pk = 1; pk <= 200; pk++)
        {
            var walk = new LifelikeWalk(pk % 7, pk * 1_000_003L);
            for (var minute = SomeMinute; minute < SomeMinute + 200_000; minute += 487)
            {
                var numbers = walk.At(minute * Minute);
                sum = unchecked(sum * 31 + (ulong)numbers.Followers * 7 + (ulong)numbers.Following);
            }
        }
        sum.ShouldBe(11_415_506_418_125_920_941UL);
    }

    [Fact]
    public void EventsBetween_EveryEvent_IsFeltFromItsStartOn() => Gen.Select(Gen.Long[0, 1000], Pks).Sample((seed, pk) =>
    {
        var walk = new LifelikeWalk(seed, pk);
        foreach (var walked in walk.EventsBetween(SomeMinute * Minute, (SomeMinute + 200 * 1440) * Minute))
        {
            var before = (double)walk.At(walked.Start).Followers;
            var rise = walk.At(walked.Start + (long)walked.Rise.TotalMilliseconds).Followers / before - 1;
            if (walked.Kind == WalkEventKind.Bought)
            {
                walked.Share.ShouldBeInRange(0.08, 0.35);
                rise.ShouldBeLessThan(1.3 * walked.Share);
                // An account that has shrunk to the least that is served shows only what rises above it.
                if (before > MockstagramWalk.LeastFollowers)
                    rise.ShouldBeGreaterThan(0.7 * walked.Share);
            }
            else
            {
                walked.Share.ShouldBeInRange(0.01, 0.08);
                walked.Rise.ShouldBe(TimeSpan.FromHours(6));
            }
        }
    }, iter: 500);

    [Fact]
    public void EventsBetween_EveryJump_IsAnEvent()
    {
        const int Minutes = 90 * 1440;
        for (var pk = 1; pk <= 100; pk++)
        {
            var walk = new LifelikeWalk(1, pk);
            var bought = walk.EventsBetween((SomeMinute - 20) * Minute, (SomeMinute + Minutes) * Minute).Where(static walked => walked.Kind == WalkEventKind.Bought).ToList();
            for (var minute = SomeMinute; minute < SomeMinute + Minutes; minute += 10)
            {
                var (now, next) = (walk.At(minute * Minute).Followers, walk.At((minute + 10) * Minute).Followers);
                if (next > 1.025 * now)
                    bought.ShouldContain(walked => walked.Start > (minute - 15) * Minute && walked.Start < (minute + 10) * Minute);
            }
        }
    }

    [Fact]
    public void EventsBetween_PartsOfATime_AreTheWhole() => Gen.Select(Pks, Gen.Int[1, 400]).Sample(static (pk, days) =>
    {
        var walk = new LifelikeWalk(3, pk);
        var (from, cut, to) = (SomeMinute * Minute, (SomeMinute + days * 1440L) * Minute, (SomeMinute + 400 * 1440L) * Minute);
        walk.EventsBetween(from, cut - 1).Concat(walk.EventsBetween(cut, to)).ShouldBe(walk.EventsBetween(from, to));
    });

    private static double Share(AccountNumbers[] all, Func<AccountNumbers, bool> holds) => (double)all.Count(holds) / all.Length;

    private static double Deviation(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
    }

    private static int Compare(AccountNumbers left, AccountNumbers right) =>
        (left.Followers, left.Following).CompareTo((right.Followers, right.Following));
}
