using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.ContractTests.Embedded.Seeding;

/// <summary>The embedded store's sealings when its clock steps, and how many it keeps.</summary>
public sealed class EmbeddedSealingTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TestDatabase _test = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(1.0 / 3600)]
    [InlineData(3)]
    [InlineData(24 * 365)]
    public async Task Clock_SteppedBack_NoSealingStaysInTheFuture(double hours)
    {
        await SealAsync(1);
        _test.Time.Advance(TimeSpan.FromHours(hours));
        await SealAsync(2);
        var known = (await _test.Database.Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!;
        var right = _test.Time.GetUtcNow() - TimeSpan.FromHours(hours) + TimeSpan.FromMilliseconds(500);
        _test.Time.AdjustTime(right);

        var state = await _test.Database.Store.ReadGenerationsAsync(Cancel);
        state.SinceSealed.ShouldBe(TimeSpan.Zero);
        var snapshot = (await _test.Database.Store.ReadRosterSnapshotAsync(known, Cancel)).ShouldNotBeNull("fetchers have to hear of it");
        snapshot.Sealings.ShouldBe([new Sealing(1, right.ToUnixTimeMilliseconds() - 500, Interval), new Sealing(2, right.ToUnixTimeMilliseconds(), Interval)]);

        (await _test.Reopen().Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings.ShouldBe(snapshot.Sealings);
    }

    [Fact]
    public async Task Sealings_OfDaysAgo_AreDroppedDownTo16()
    {
        for (var generation = 1; generation <= 20; generation++)
            await SealAsync(generation);
        _test.Time.Advance(TimeSpan.FromHours(25));
        await SealAsync(21);
        (await SealingsAsync()).Select(sealing => sealing.Generation).ShouldBe(Enumerable.Range(6, 16).Select(number => (long)number));
    }

    [Fact]
    public async Task Sealings_WithinADay_AreBounded()
    {
        for (var generation = 1; generation <= 1100; generation++)
            await SealAsync(generation);
        (await SealingsAsync()).Select(sealing => sealing.Generation).ShouldBe(Enumerable.Range(77, 1024).Select(number => (long)number));
    }

    private async Task SealAsync(long generation) =>
        (await _test.Database.Store.TrySealGenerationAsync(new SealedGeneration(generation, Interval, 500), 0, Cancel)).ShouldBeTrue();

    private async Task<IReadOnlyList<Sealing>> SealingsAsync() => (await _test.Database.Store.ReadRosterSnapshotAsync(RosterSnapshot.None, Cancel))!.Sealings;
}
