namespace InfluencerAnalytics.ContractTests;

public abstract partial class InfluencerStoreContract
{
    [Fact]
    public async Task Lease_HeldByAnother_IsRefusedUntilItEnds()
    {
        (await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        (await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeFalse();
        (await Store.TryAcquireLeaseAsync("other", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
        await PassAsync(TimeSpan.FromSeconds(4));
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Lease_Released_IsFree()
    {
        await Store.TryAcquireLeaseAsync("seeder", "a", TimeSpan.FromMinutes(3), Cancel);
        await Store.ReleaseLeaseAsync("seeder", "b", Cancel);
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeFalse();
        await Store.ReleaseLeaseAsync("seeder", "a", Cancel);
        (await Store.TryAcquireLeaseAsync("seeder", "b", TimeSpan.FromSeconds(3), Cancel)).ShouldBeTrue();
    }
}
