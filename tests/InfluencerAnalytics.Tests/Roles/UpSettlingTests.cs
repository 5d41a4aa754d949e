using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Roles;
using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;
using Microsoft.Extensions.Configuration;

namespace InfluencerAnalytics.Tests.Roles;

/// <summary>What <c>up</c> settles with its store, when that is away.</summary>
[Collection(FakeClock.Name)]
public sealed class UpSettlingTests : IAsyncDisposable
{
    private readonly Deployment _deployment = new(intervalSeconds: 20);
    private readonly ListLogger _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Settle_StoreElsewhereIsAway_IsDoneOnceItIsThere()
    {
        _deployment.Store.IsAway = true;
        var settling = New(StoreKind.Postgres);
        using var output = new StringWriter();
        (await settling.AgreeAsync(output, Token)).ShouldBeNull();
        await settling.ReachRosterAsync(output, Token);
        output.ToString().ShouldBe("Interval and roster are settled as soon as the store is there: The store is away." + Environment.NewLine);

        await _deployment.StartAsync(settling);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        _deployment.Health.Problems().ShouldBe(["start: The store is away."]);
        _deployment.Store.IsAway = false;
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        _deployment.Health.Problems().ShouldBeEmpty();
        _deployment.Store.Roster.Count.ShouldBe(5);
        (await DeploymentAgreement.ReadAsync(_deployment.Store, Token)).ShouldBe(new DeploymentAgreement(TimeSpan.FromSeconds(20), 4, ProviderIdentity.BuiltInSimulator));
        _logs.Messages.ShouldContain("The store is there, and what the start asked for is settled. Roster: 5 influencers added, 0 removed.");
    }

    [Fact]
    public async Task Settle_StoreElsewhereGoesAwayBetween_RosterIsLeftForLater()
    {
        var settling = New(StoreKind.Postgres);
        (await settling.AgreeAsync(TextWriter.Null, Token)).ShouldBe(TimeSpan.FromSeconds(20));
        _deployment.Store.IsAway = true;
        await settling.ReachRosterAsync(TextWriter.Null, Token);
        _deployment.Store.IsAway = false;
        await _deployment.StartAsync(settling);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        _deployment.Store.Roster.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Settle_OwnStoreCannotBeUsed_EndsTheStart()
    {
        _deployment.Store.IsAway = true;
        var settling = New(StoreKind.Embedded);
        await Should.ThrowAsync<StoreUnavailableException>(() => settling.AgreeAsync(TextWriter.Null, Token));
        await Should.ThrowAsync<StoreUnavailableException>(() => settling.ReachRosterAsync(TextWriter.Null, Token));
    }

    [Fact]
    public async Task Settle_AnotherProvidersReadings_AreRefusedAlsoLater()
    {
        await DeploymentAgreement.AgreeAsync(_deployment.Store, ProviderIdentity.Of(new Uri("http://10.0.0.7:3000")), Token);
        await Should.ThrowAsync<CommandFailedException>(() => New(StoreKind.Postgres).AgreeAsync(TextWriter.Null, Token));

        _deployment.Store.IsAway = true;
        var settling = New(StoreKind.Postgres);
        await settling.AgreeAsync(TextWriter.Null, Token);
        _deployment.Store.IsAway = false;
        await _deployment.StartAsync(settling);
        await _deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        _deployment.Health.Problems().ShouldHaveSingleItem().ShouldContain("holds readings of http://10.0.0.7:3000");
        _deployment.Store.Roster.ShouldBeEmpty();
    }

    private UpSettling New(StoreKind store)
    {
        var kept = _deployment.Store;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:Store", $"{store}")]).Build();
        return new UpSettling(
            kept, ProviderIdentity.BuiltInSimulator, _deployment.Seeding, new UpOptions { Influencers = 5 }, new UpRoster(kept, kept, kept, new RosterImport(kept, kept, _deployment.Roster)),
            configuration, _deployment.Health, _deployment.Time, _logs.For<UpSettling>());
    }
}
