using System.Globalization;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator.Walks;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary>Our own opinion in the real program: the past of the lifelike walk, with followers that were bought in it.</summary>
[Collection(AloneCollection.Name)]
public sealed class OwnSuspicionTests : IDisposable
{
    private const int Seed = 1;
    private const int Influencers = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempDirectory _temp = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Up_OnAPastThatItFinds_TellsWhoBoughtFollowersAndWhenAlsoAfterAKill()
    {
        var (first, id, bought) = FindBought(TimeProvider.System.GetUtcNow());
        var (code, output) = await ProgramProcess.RunAsync(
            ["simulate", "history", "--days", "6", "--first-id", Text(first), "--influencers", Text(Influencers), "--seed", Text(Seed), "--data", _temp.Path], _cancellationToken);
        code.ShouldBe(0, output);

        OwnSuspicion before;
        await using (var up = StartUp())
        {
            before = await OwnAsync(up, id);
            ShouldTell(before, bought);
            up.Signal("KILL");
            await up.ExitAsync(_cancellationToken);
        }
        await using var again = StartUp();
        var after = await OwnAsync(again, id);
        (after.Score, after.Since, after.Until, after.ComputedAt).ShouldBe((before.Score, before.Since, before.Until, before.ComputedAt));
        after.Reasons.ShouldBe(before.Reasons);
    }

    private static void ShouldTell(OwnSuspicion own, WalkEvent bought)
    {
        var told = string.Join("; ", own.Reasons.Select(static reason => $"{reason.Code} {reason.From}: {reason.Text}"));
        own.Score.ShouldNotBeNull(told);
        own.Score.Value.ShouldBeGreaterThanOrEqualTo(0.5, told);
        own.Reasons.ShouldContain(
            reason => (reason.Code == "burst" || reason.Code == "step" || reason.Code == "delivery") && Math.Abs(MsOf(reason.From) - bought.Start) <= 10 * 60_000,
            $"bought at {DateTimeOffset.FromUnixTimeMilliseconds(bought.Start):u}; {told}");
    }

    /// <summary>Ids of which one bought many followers within minutes, long enough after the first day that its rhythm was known, and long enough ago that what came behind it is known.</summary>
    private static (long First, long Id, WalkEvent Bought) FindBought(DateTimeOffset now)
    {
        for (var id = 1_000_000L; ; id++)
        {
            var events = new LifelikeWalk(Seed, id).EventsBetween(now.AddDays(-4).ToUnixTimeMilliseconds(), now.AddHours(-12).ToUnixTimeMilliseconds());
            if (events is [{ Kind: WalkEventKind.Bought, Share: > 0.08 } bought] && bought.Rise <= TimeSpan.FromMinutes(30))
                return (id - 3, id, bought);
        }
    }

    private ProgramProcess StartUp() => ProgramProcess.Start("up", "--data", _temp.Path, "--listen", "http://127.0.0.1:0", "--set", "Logging:LogLevel:Default=Warning");

    private async Task<OwnSuspicion> OwnAsync(ProgramProcess up, long id)
    {
        var line = await up.LineAsync("Listening on ", _cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(line.Split(' ')[2]) };
        var client = new InfluencerAnalyticsClient(http);
        OwnSuspicion? own = null;
        await Until.TrueAsync(
            async () => (own = (await client.GetSuspicionAsync(id, _cancellationToken)).Own) is not null, Patience, () => up.Output, _cancellationToken);
        return own!;
    }

    private static long MsOf(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
