using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Tests.Queues;

public sealed class PollPaceTests
{
    private const int Most = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [Fact]
    public void After_PollsCostNothing_IsTheShortestUnlessMoreIsThere()
    {
        var pace = new PollPace(Most);
        for (var i = 0; i < 20; i++)
            pace.After(1, Shortest, TimeSpan.FromMilliseconds(50)).ShouldBe(Shortest);
        pace.After(Most, Shortest, Shortest).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void After_FewMessages_GrowsToTheLongestAndNoFurther()
    {
        var pace = new PollPace(Most);
        var first = pace.After(1, Shortest, Longest);
        first.ShouldBeInRange(Shortest, Shortest * 1.2);
        for (var i = 0; i < 30; i++)
            pace.After(1, Shortest, Longest);
        pace.After(1, Shortest, Longest).ShouldBe(Longest);
    }

    [Fact]
    public void After_ABacklog_IsNoneFromTheSecondFullPollOn()
    {
        var pace = new PollPace(Most);
        for (var i = 0; i < 30; i++)
            pace.After(0, Shortest, Longest);
        pace.After(Most, Shortest, Longest).ShouldBeInRange(Longest * 0.4, Longest * 0.5, "what is left is a message or two as a rule");
        pace.After(Most, Shortest, Longest).ShouldBe(TimeSpan.Zero);
        pace.After(Most, Shortest, Longest).ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(1, 33, 0.14)]
    [InlineData(4, 33, 0.16)]
    [InlineData(4, 66, 0.16)]
    [InlineData(10, 33, 0.2)]
    public void After_PollersOfOneQueue_ShareItEvenlyInWellFilledPolls(int pollers, int perSecond, double mostPolls)
    {
        // Messages come due evenly; a poll finds what is there, and one that finds nothing waits for the first, as long polls do.
        var paces = Enumerable.Range(0, pollers).Select(_ => new PollPace(Most)).ToArray();
        // All begin to poll within a second, the last of them when the first has the queue to itself.
        var at = Enumerable.Range(0, pollers).Select(poller => poller * 0.31).ToArray();
        var (polls, got) = (new int[pollers], new int[pollers]);
        var taken = 0;
        const double Settled = 200, End = 900;
        // Calls take no two times the same; else pollers fall into step.
        var random = new Random(1);
        while (at.Min() < End)
        {
            var poller = Array.IndexOf(at, at.Min());
            var now = Math.Max(at[poller], (taken + 1.0) / perSecond);
            var messages = Math.Min(Most, (int)(now * perSecond + 1e-6) - taken);
            taken += messages;
            if (now > Settled)
                (polls[poller], got[poller]) = (polls[poller] + 1, got[poller] + messages);
            at[poller] = now + 0.005 + 0.03 * random.NextDouble() + paces[poller].After(messages, Shortest, Longest).TotalSeconds;
        }
        ((double)polls.Sum() / got.Sum()).ShouldBeLessThan(mostPolls, "polls a message");
        got.ShouldAllBe(of => of > got.Sum() / pollers * 0.4 && of < got.Sum() / pollers * 2, $"messages of each: {string.Join(", ", got)}");
        (perSecond * End - taken).ShouldBeLessThan(perSecond * 2, "none waits long");
    }
}
