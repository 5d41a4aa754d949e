using System.Text;
using InfluencerAnalytics.Benchmarks.Weather;

namespace InfluencerAnalytics.HostTests.Weather;

/// <summary>What is invented, doubled or too early must be found.</summary>
public sealed class LedgerJudgeTests
{
    private const string Header = "id,username,time,retrievedAt,followerCount,followingCount,followerRatio\n";
    private const string One = "1,one,2026-11-24T12:00:00.000Z,2026-11-24T12:00:01.500Z,100,10,10\n";
    private const long ServedMs = 1_795_521_601_400;

    [Fact]
    public async Task Judge_AllWasServedAndOnce_FindsNothing() => (await JudgeAsync(One, Served(ServedMs))).ShouldBeEmpty();

    [Fact]
    public async Task Judge_SameNumbersServedAgainLater_FindsNothing() => (await JudgeAsync(One, Served(ServedMs) + Served(ServedMs + 60_000))).ShouldBeEmpty();

    [Fact]
    public async Task Judge_ValueThatWasNeverServed_IsSaid() =>
        (await JudgeAsync(One.Replace(",100,", ",101,", StringComparison.Ordinal), Served(ServedMs))).ShouldHaveSingleItem().ShouldContain("1 of 1 stored values were never served");

    [Fact]
    public async Task Judge_RetrievedBeforeItWasServed_IsSaid() => (await JudgeAsync(One, Served(ServedMs + 101))).ShouldHaveSingleItem().ShouldContain("before they were served");

    [Fact]
    public async Task Judge_TwiceForASlot_IsSaid() => (await JudgeAsync(One + One, Served(ServedMs))).ShouldHaveSingleItem().ShouldContain("stored twice");

    [Fact]
    public async Task Judge_NothingStored_IsSaid() => (await JudgeAsync("", Served(ServedMs))).ShouldHaveSingleItem().ShouldContain("nothing is stored");

    [Fact]
    public async Task Judge_LedgerThatDropped_ProvesNothing() => (await JudgeAsync(One, Served(ServedMs), dropped: 3)).ShouldHaveSingleItem().ShouldContain("dropped 3");

    [Fact]
    public async Task Judge_LedgerThatIsCutOff_Fails() =>
        await Should.ThrowAsync<InvalidOperationException>(() => LedgerJudge.JudgeAsync(_ => Reader(Header + One), _ => Reader(Served(ServedMs)), TestContext.Current.CancellationToken));

    private static string Served(long at) => $"[1,100,10,{at}]\n";

    private static Task<IReadOnlyList<string>> JudgeAsync(string export, string ledger, int dropped = 0) => LedgerJudge.JudgeAsync(
        _ => Reader(Header + export), _ => Reader(ledger + $"{{\"entries\":1,\"dropped\":{dropped}}}\n"), TestContext.Current.CancellationToken);

    private static Task<StreamReader> Reader(string text) => Task.FromResult(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(text))));
}
