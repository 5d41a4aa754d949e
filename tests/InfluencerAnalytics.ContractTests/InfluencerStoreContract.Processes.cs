using InfluencerAnalytics.Stores.Processes;

namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    private static readonly ProcessReport Full = new("fetcher-host-1", "fetcher", "host é", "1.2.3", 1_795_446_660_000)
    {
        Problems = ["The clock is off by 7 s.", "store: away."],
        Notes = ["The provider refused requests (429) lately."],
        Fetch = new FetchFigures
        {
            PerSecond = 123.4,
            InFlight = 7,
            Fetched = 1L << 40,
            Dropped = 2,
            Failures = new Dictionary<string, long> { ["timeout"] = 3, ["server_error"] = 4 },
            Provider = new ProviderFigures
            {
                ConcurrencyLimit = 64,
                RateLimit = 98.25,
                IsRefusing = true,
                TimeLimitSeconds = 1.5,
                AwaySince = 1_795_446_661_000,
                AwayReason = "connection",
                KeepsBack = true,
                PausedUntil = 1_795_446_662_000,
            },
        },
        Ingest = new IngestFigures { PerSecond = 5.5, LagSeconds = 0.25, Stored = 6, Duplicates = 7, Expired = 8, Refused = 9, DeadLettered = 10 },
        NewerMessages = new Dictionary<string, int> { ["influencer_id_store"] = 11 },
    };

    [Fact]
    public async Task Process_Written_IsReadAsItWas()
    {
        (await Store.ReadProcessesAsync(IProcessStore.KeptFor, Cancel)).ShouldBeEmpty();
        await Store.WriteProcessAsync(Full, Cancel);
        var one = (await Store.ReadProcessesAsync(IProcessStore.KeptFor, Cancel)).ShouldHaveSingleItem();
        one.Report.ToJson().ShouldBe(Full.ToJson());
        one.Age.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Process_WrittenAgain_IsInThePlaceOfTheOneBefore()
    {
        await Store.WriteProcessAsync(Full, Cancel);
        await Store.WriteProcessAsync(Full with { Id = "ingester-host-2", Role = "ingester" }, Cancel);
        await PassAsync(TimeSpan.FromSeconds(6));
        await Store.WriteProcessAsync(Full with { Problems = [], HasStopped = true }, Cancel);
        var all = (await Store.ReadProcessesAsync(IProcessStore.KeptFor, Cancel)).ToDictionary(one => one.Report.Id);
        all.Count.ShouldBe(2);
        all[Full.Id].Report.ToJson().ShouldBe((Full with { Problems = [], HasStopped = true }).ToJson());
        all[Full.Id].Age.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        all["ingester-host-2"].Age.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Process_SilentForLongerThanAskedFor_IsLeftOut()
    {
        await Store.WriteProcessAsync(Full, Cancel);
        await PassAsync(TimeSpan.FromSeconds(6));
        await Store.WriteProcessAsync(Full with { Id = "another" }, Cancel);
        (await Store.ReadProcessesAsync(TimeSpan.FromSeconds(5), Cancel)).ShouldHaveSingleItem().Report.Id.ShouldBe("another");
        (await Store.ReadProcessesAsync(TimeSpan.FromMinutes(1), Cancel)).Count.ShouldBe(2);
    }
}
