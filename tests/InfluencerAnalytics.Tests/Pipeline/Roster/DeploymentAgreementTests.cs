using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Stores;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Roster;

public sealed class DeploymentAgreementTests
{
    private readonly RecordingStore _store = new();
    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agree_NothingYet_IsTheFirstOnes()
    {
        (await DeploymentAgreement.ReadAsync(_store, _cancellationToken)).ShouldBe(new DeploymentAgreement(null, null, null));
        var first = new SeedingOptions { Interval = TimeSpan.FromSeconds(10), ShardSize = 7 };
        (await DeploymentAgreement.AgreeAsync(_store, first, _cancellationToken)).ShouldBe((TimeSpan.FromSeconds(10), 7));
        (await DeploymentAgreement.AgreeAsync(_store, new SeedingOptions(), _cancellationToken)).ShouldBe((TimeSpan.FromSeconds(10), 7));
        (await DeploymentAgreement.AgreeAsync(_store, ProviderIdentity.BuiltInSimulator, _cancellationToken)).ShouldBe(ProviderIdentity.BuiltInSimulator);
        var other = ProviderIdentity.Of(new Uri("http://10.0.0.7:3000"));
        (await DeploymentAgreement.AgreeAsync(_store, other, _cancellationToken)).ShouldBe(ProviderIdentity.BuiltInSimulator);
    }

    [Fact]
    public async Task Change_SomeOfIt_LeavesTheRestAndReturnsWhatWas()
    {
        var other = ProviderIdentity.Of(new Uri("http://10.0.0.7:3000"));
        await DeploymentAgreement.AgreeAsync(_store, new SeedingOptions(), _cancellationToken);
        var before = await DeploymentAgreement.ChangeAsync(_store, new DeploymentAgreement(TimeSpan.FromSeconds(5), null, other), _cancellationToken);
        before.ShouldBe(new DeploymentAgreement(TimeSpan.FromSeconds(60), 500, null));
        (await DeploymentAgreement.ReadAsync(_store, _cancellationToken)).ShouldBe(new DeploymentAgreement(TimeSpan.FromSeconds(5), 500, other));
    }

    [Theory]
    [InlineData("agreed.interval", "soon")]
    [InlineData("agreed.interval", "00:00:00.5")]
    [InlineData("agreed.shard-size", "0")]
    [InlineData("agreed.provider", "ftp://example.org")]
    public async Task Read_WhatAnotherVersionWrote_IsNoDefault(string setting, string value)
    {
        await _store.WriteSettingAsync(setting, value, _cancellationToken);
        var failure = await Should.ThrowAsync<StoreUnavailableException>(DeploymentAgreement.ReadAsync(_store, _cancellationToken).AsTask());
        failure.Message.ShouldContain(setting);
    }

    [Theory]
    [InlineData(0.5, 500, false)]
    [InlineData(7200, 500, false)]
    [InlineData(60, 0, false)]
    [InlineData(60, 5001, false)]
    [InlineData(3600, 5000, true)]
    public void Problems_Values_AreChecked(double seconds, int shardSize, bool isValid) =>
        (new DeploymentAgreement(TimeSpan.FromSeconds(seconds), shardSize, null).Problems().Count == 0).ShouldBe(isValid);
}
