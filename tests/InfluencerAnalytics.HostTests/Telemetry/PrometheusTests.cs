using System.Globalization;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>What Prometheus makes of the program's figures, and that rules and board ask for figures that are there.</summary>
public sealed class PrometheusTests(SqsServer server) : IClassFixture<SqsServer>
{
    private const string Spool = "influencer_analytics_spool_";
    private const int Influencers = 100;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_OfUpAndThenOfEachRoleAlone_HasCoverageReadingsAndTheRole()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 0 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, 2);
        await using var prometheus = await PrometheusProcess.StartAsync(up.Address, _cancellationToken);
        await up.StartAsync(_cancellationToken);

        var coverage = await prometheus.FirstAsync("influencer_analytics_slot_coverage == 1", _cancellationToken);
        (coverage.Labels["role"], coverage.Labels["job"], coverage.Labels["instance"]).ShouldBe(("up", "influencer-analytics", up.Address.Authority));
        var readings = await prometheus.FirstAsync("influencer_analytics_fetch_readings_total > 0", _cancellationToken);
        double.Parse(readings.Value, CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(Influencers);
        await prometheus.FirstAsync("sum by (outcome) (rate(influencer_analytics_provider_request_duration_seconds_count{outcome=\"ok\"}[10s])) > 0", _cancellationToken);
        (await prometheus.QueryAsync("ALERTS{alertstate=\"firing\"}", _cancellationToken)).ShouldBeEmpty();
        foreach (var expression in await DeployedFiles.ExpressionsOfTheBoardAsync(_cancellationToken))
            await prometheus.QueryAsync(expression.Replace("$job", ".*", StringComparison.Ordinal).Replace("$__rate_interval", "1m", StringComparison.Ordinal), _cancellationToken);
        (await up.InterruptAsync(_cancellationToken)).ShouldBe(0, up.Output);

        foreach (var (command, role) in ((string, string)[])[("seeder", "seeder"), ("ingest", "ingester"), ("fetch", "fetcher"), ("classify", "classifier"), ("serve", "api")])
        {
            string[] more = command is "fetch" or "classify" ? ["--provider", provider.Address.AbsoluteUri] : [];
            await using var process = ProgramProcess.Start([command, "--data", up.DataDirectory, "--set", $"Server:Listen={up.Address.GetLeftPart(UriPartial.Authority)}", .. more]);
            await prometheus.FirstAsync($"influencer_analytics_worker_healthy{{role=\"{role}\"}}", _cancellationToken);
            await prometheus.FirstAsync($"influencer_analytics_roster_influencers{{role=\"{role}\",state=\"tracked\"}} == {Influencers}", _cancellationToken);
            process.Signal("INT");
            (await process.ExitAsync(_cancellationToken)).ShouldBe(0, process.Output);
        }
    }

    /// <summary>A metric that was renamed leaves an alert that never comes and a panel that stays empty.</summary>
    [Fact]
    public async Task Metrics_ThatRulesAndBoardAskFor_AreShown()
    {
        var asked = await DeployedFiles.MetricsAsync(_cancellationToken);
        asked.Count.ShouldBeGreaterThan(30);
        // Half of the influencers are not known to it.
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 0 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, 2 * Influencers, 2, "--set", "Fetching:MaxRequestsPerSecond=10000");
        await up.StartAsync(_cancellationToken);
        await ShouldShowAsync(up, [.. asked.Where(metric => !metric.StartsWith(Spool, StringComparison.Ordinal))]);
    }

    /// <summary>There is a spool where queues are on SQS.</summary>
    [Fact]
    public async Task Metrics_OfTheSpoolThatRulesAndBoardAskFor_AreShownWithQueuesOnSqs()
    {
        var settings = SqsSettings.Of(server.Url);
        await ProgramProcess.CreateQueuesAsync(settings, _cancellationToken);
        var asked = (await DeployedFiles.MetricsAsync(_cancellationToken)).Where(metric => metric.StartsWith(Spool, StringComparison.Ordinal)).ToList();
        asked.Count.ShouldBeGreaterThanOrEqualTo(2);
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = Influencers, LedgerCapacity = 0 }, _cancellationToken);
        await using var up = new UpProcess(provider.Address, Influencers, 10, settings);
        await up.StartAsync(_cancellationToken);
        await ShouldShowAsync(up, asked);
    }

    private async Task ShouldShowAsync(UpProcess up, IReadOnlyCollection<string> metrics)
    {
        using var http = new HttpClient { BaseAddress = up.Address };
        var missing = metrics.ToHashSet();
        await Until.TrueAsync(
            async () =>
            {
                foreach (var line in (await http.GetStringAsync(new Uri("metrics", UriKind.Relative), _cancellationToken)).Split('\n'))
                    missing.Remove(line.Split('{', ' ')[0]);
                return missing.Count == 0;
            },
            TimeSpan.FromSeconds(60), () => $"/metrics never shows {string.Join(", ", missing)}. The program said:\n{up.Output}", _cancellationToken);
    }
}
