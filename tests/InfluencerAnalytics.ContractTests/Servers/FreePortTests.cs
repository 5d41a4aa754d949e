using System.Globalization;

namespace InfluencerAnalytics.ContractTests.Servers;

public sealed class FreePortTests
{
    private const string GivenBySystem = "/proc/sys/net/ipv4/ip_local_port_range";

    [Fact]
    public async Task Take_Often_GivesEachOnceAndNoneOfThoseForConnections()
    {
        Assert.SkipUnless(File.Exists(GivenBySystem), "It is Linux that says which it gives.");
        var range = await File.ReadAllTextAsync(GivenBySystem, TestContext.Current.CancellationToken);
        var first = int.Parse(range.Split('\t')[0], CultureInfo.InvariantCulture);
        var ports = Enumerable.Range(0, 1000).Select(static _ => FreePort.Take()).ToList();
        ports.ShouldBeUnique();
        ports.ShouldAllBe(port => port < first);
    }
}
