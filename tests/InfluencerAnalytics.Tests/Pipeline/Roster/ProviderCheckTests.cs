using InfluencerAnalytics.Pipeline.Roster;
using InfluencerAnalytics.Providers;
using InfluencerAnalytics.Tests.Fakes;

namespace InfluencerAnalytics.Tests.Pipeline.Roster;

/// <summary>A fetcher of another provider than the one whose readings the store has.</summary>
[Collection(FakeClock.Name)]
public sealed class ProviderCheckTests
{
    private static readonly ProviderIdentity Real = ProviderIdentity.Of(new Uri("http://10.0.0.7:3000"));

    [Fact]
    public async Task Fetcher_OfAnotherProvider_FetchesNothingAndSaysBoth()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await DeploymentAgreement.AgreeAsync(deployment.Store, Real, CancellationToken.None);
        deployment.ProviderOf = ProviderIdentity.Of(new Uri("http://10.0.0.8:3000"));
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(4);
        deployment.Provider.Asked.ShouldBeEmpty();
        fetcher.Problems.ShouldContain(problem => problem.StartsWith("fetcher:", StringComparison.Ordinal)
            && problem.Contains("http://10.0.0.7:3000", StringComparison.Ordinal) && problem.Contains("http://10.0.0.8:3000", StringComparison.Ordinal));
        deployment.Shards().SelectMany(shard => shard.Ids).Order().ToList().ShouldBe([1, 2, 3], "another fetcher goes on with them");
    }

    [Fact]
    public async Task Fetcher_StoreAwayAtStart_FetchesUntilTheStoreCanSayWhoseReadingsItHas()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        await DeploymentAgreement.AgreeAsync(deployment.Store, Real, CancellationToken.None);
        deployment.Store.IsAway = true;
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Asked.Count.ShouldBeGreaterThan(3);

        deployment.Store.IsAway = false;
        await deployment.Time.AdvanceUntilAsync(() => fetcher.Roster.Refusal is not null, TimeSpan.FromSeconds(10));
        await deployment.AdvanceIntervalsAsync(1);
        var asked = deployment.Provider.Asked.Count;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Asked.Count.ShouldBe(asked);
        fetcher.Problems.ShouldContain(problem => problem.StartsWith("fetcher:", StringComparison.Ordinal));

        // What it knows it knows, also when the store goes away again.
        deployment.Store.IsAway = true;
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Asked.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task Fetcher_StoreNeverAnswers_FetchesAfterTwoSeconds()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        var never = new TaskCompletionSource();
        deployment.Store.OnStep = async operation =>
        {
            if (operation == "store: snapshot")
                await never.Task;
        };
        await deployment.StartFetcherAsync();
        await deployment.Time.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        deployment.Provider.Asked.ShouldBeEmpty();
        await deployment.AdvanceIntervalsAsync(2);
        deployment.Provider.Asked.Count.ShouldBeGreaterThanOrEqualTo(3);
        never.SetResult();
    }

    [Fact]
    public async Task Fetcher_ToldToAccept_GoesOnAndTheOtherStops()
    {
        await using var deployment = new Deployment();
        await deployment.SeedAsync(1, 2, 3);
        deployment.ProviderOf = Real;
        var other = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(1);
        other.Problems.ShouldBeEmpty();

        (deployment.ProviderOf, deployment.AcceptsProvider) = (ProviderIdentity.BuiltInSimulator, true);
        var fetcher = await deployment.StartFetcherAsync();
        await deployment.AdvanceIntervalsAsync(2);
        fetcher.Problems.ShouldBeEmpty();
        other.Problems.ShouldHaveSingleItem().ShouldContain("the built-in simulator");
        (await DeploymentAgreement.ReadAsync(deployment.Store, CancellationToken.None)).Provider.ShouldBe(ProviderIdentity.BuiltInSimulator);
    }
}
