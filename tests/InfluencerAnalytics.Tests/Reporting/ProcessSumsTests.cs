using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.Tests.Reporting;

public sealed class ProcessSumsTests
{
    [Fact]
    public void Fetch_Several_AreAddedUp()
    {
        var sum = ProcessSums.Fetch([Fetcher(10.5, 3, ("timeout", 1)), Fetcher(20, 4, ("timeout", 2), ("server_error", 5)), new ProcessReport("s", "seeder", "h", "1", 0)]);
        (sum.PerSecond, sum.InFlight, sum.Fetched, sum.Dropped).ShouldBe((30.5, 7, 200, 4));
        sum.Failures.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)).ShouldBe([("server_error", 5), ("timeout", 3)]);
        sum.Provider.ShouldBeNull();
    }

    [Fact]
    public void Fetch_ProviderAwayForOneOfTwo_IsNotAway()
    {
        var here = new ProviderFigures { ConcurrencyLimit = 64, RateLimit = 100, TimeLimitSeconds = 1 };
        var away = new ProviderFigures { ConcurrencyLimit = 2, TimeLimitSeconds = 3, AwaySince = 5000, AwayReason = "connection", KeepsBack = true, IsRefusing = true, PausedUntil = 9000 };
        var sum = Of(here, away);
        (sum.ConcurrencyLimit, sum.RateLimit, sum.TimeLimitSeconds, sum.IsRefusing).ShouldBe((66, null, 3, true));
        (sum.AwaySince, sum.AwayReason, sum.KeepsBack, sum.PausedUntil).ShouldBe((null, null, false, null));
        Of(here, here).RateLimit.ShouldBe(200);
    }

    [Fact]
    public void Fetch_ProviderAwayForAll_IsAwaySinceTheLastLostIt()
    {
        var sum = Of(
            new ProviderFigures { AwaySince = 5000, AwayReason = "timeout", KeepsBack = true, PausedUntil = 9000 },
            new ProviderFigures { AwaySince = 6000, AwayReason = "connection", KeepsBack = true, PausedUntil = 8000 });
        (sum.AwaySince, sum.AwayReason, sum.KeepsBack, sum.PausedUntil).ShouldBe((6000, "connection", true, 8000));
    }

    [Fact]
    public void Ingest_Several_AreAddedUpAndTheLagIsThatOfTheSlowest()
    {
        var sum = ProcessSums.Ingest([Ingester(10, 0.5), Ingester(20, 4), Ingester(0, 3600), Ingester(0, null)]);
        (sum.PerSecond, sum.LagSeconds, sum.Stored, sum.Duplicates, sum.Expired, sum.Refused, sum.DeadLettered).ShouldBe((30, 4, 4, 8, 12, 16, 20));
        ProcessSums.Ingest([Ingester(0, 3600), Ingester(0, null)]).LagSeconds.ShouldBe(3600);
        ProcessSums.Ingest([Ingester(0, null)]).LagSeconds.ShouldBeNull();
    }

    [Fact]
    public void NewerMessages_SeenByTwo_AreNotCountedTwice()
    {
        var report = new ProcessReport("f", "fetcher", "h", "1", 0);
        ProcessSums.NewerMessages([report, report with { NewerMessages = new Dictionary<string, int> { ["q"] = 3 } }, report with { NewerMessages = new Dictionary<string, int> { ["q"] = 5 } }], "q").ShouldBe(5);
        ProcessSums.NewerMessages([report], "q").ShouldBe(0);
    }

    private static ProviderFigures Of(params ProviderFigures[] providers) =>
        ProcessSums.Fetch([.. providers.Select(provider => new ProcessReport("f", "fetcher", "h", "1", 0) { Fetch = new FetchFigures { Provider = provider } })]).Provider.ShouldNotBeNull();

    private static ProcessReport Fetcher(double perSecond, int inFlight, params (string, long)[] failures) => new("f", "fetcher", "h", "1", 0)
    {
        Fetch = new FetchFigures { PerSecond = perSecond, InFlight = inFlight, Fetched = 100, Dropped = 2, Failures = failures.ToDictionary() },
    };

    private static ProcessReport Ingester(double perSecond, double? lag) => new("i", "ingester", "h", "1", 0)
    {
        Ingest = new IngestFigures { PerSecond = perSecond, LagSeconds = lag, Stored = 1, Duplicates = 2, Expired = 3, Refused = 4, DeadLettered = 5 },
    };
}
