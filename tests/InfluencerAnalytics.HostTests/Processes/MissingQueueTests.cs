using Amazon.SQS.Model;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Sqs.Configuration;
using InfluencerAnalytics.Sqs.Connection;
using Mockstagram.Simulator;
using Mockstagram.Simulator.Answering;

namespace InfluencerAnalytics.HostTests.Processes;

/// <summary><c>up</c> with its queues on a server that speaks SQS and does not have them.</summary>
public sealed class MissingQueueTests(SqsServer server) : IClassFixture<SqsServer>
{
    private const int IntervalSeconds = 5;

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_QueuesAreMissing_IsUnreadyUntilTheyAreMade()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = 100, LedgerCapacity = 0 }, _cancellationToken);
        var prefix = $"t{Guid.NewGuid():N}-";
        var settings = SqsSettings.Of(server.Url, prefix);
        await using var up = new UpProcess(provider.Address, 100, IntervalSeconds, settings);
        await up.StartAsync(_cancellationToken);
        await Until.TrueAsync(
            async () => (await up.ReadinessAsync(_cancellationToken)).Reasons.Any(reason => reason.Contains($"{prefix}influencer_id_store", StringComparison.Ordinal) && reason.Contains("'queues create'", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30), () => $"It does not say that the queues are missing. It said:\n{up.Output}", _cancellationToken);

        var (code, output) = await ProgramProcess.RunAsync(["queues", "check", .. settings], _cancellationToken);
        code.ShouldBe(1);
        output.ShouldContain("It does not exist.");
        await ProgramProcess.CreateQueuesAsync(settings, _cancellationToken);
        (code, output) = await ProgramProcess.RunAsync(["queues", "check", .. settings], _cancellationToken);
        code.ShouldBe(0, output);
        await Until.TrueAsync(
            async () => (await up.SlotsAsync(_cancellationToken)).Any(slot => slot is { IsFinal: true, Stored: 100 }), TimeSpan.FromSeconds(120),
            () => $"Nothing is fetched though the queues are there. It said:\n{up.Output}", _cancellationToken);

        // Its next life has other queues, and they are empty.
        (await up.InterruptAsync(_cancellationToken)).ShouldBe(0);
        var other = SqsSettings.Of(server.Url, $"other-{prefix}");
        await ProgramProcess.CreateQueuesAsync(other, _cancellationToken);
        up.More = other;
        await up.StartAsync(_cancellationToken);
        var started = up.NextSlot();
        await Until.TrueAsync(
            async () => (await up.SlotsAsync(_cancellationToken)).Any(slot => slot.Slot >= started && slot is { IsFinal: true, Stored: 100 }), TimeSpan.FromSeconds(120),
            () => $"Nothing is fetched by the other queues. It said:\n{up.Output}", _cancellationToken);
    }

    [Fact]
    public async Task Up_OnlyTheQueueOfChecksIsMissing_IsReadyAndSaysSoUntilItIsMade()
    {
        await using var provider = await SimulatorServer.StartAsync(new SimulatorOptions { Port = 0, Count = 100, LedgerCapacity = 0 }, _cancellationToken);
        var prefix = $"t{Guid.NewGuid():N}-";
        var settings = SqsSettings.Of(server.Url, prefix);
        await ProgramProcess.CreateQueuesAsync(settings, _cancellationToken);
        using (var connection = new SqsConnection(new SqsOptions { ServiceUrl = server.Url, Region = "us-east-1", QueuePrefix = prefix }, new ClockGuard(TimeProvider.System)))
        {
            await connection.CallAsync(
                QueueNames.SuspicionChecks, "DeleteQueue", static (client, url, cancellation) => client.DeleteQueueAsync(new DeleteQueueRequest(url), cancellation), TimeSpan.Zero, _cancellationToken);
        }
        await using var up = new UpProcess(provider.Address, 100, IntervalSeconds, settings);
        await up.StartAsync(_cancellationToken);
        await Until.TrueAsync(
            async () => await up.ReadinessAsync(_cancellationToken) is { IsReady: true, Notes: var notes } && notes.Any(IsOfChecks), TimeSpan.FromSeconds(60),
            () => $"It is not ready, or does not say that the checks do not run. It said:\n{up.Output}", _cancellationToken);
        await Until.TrueAsync(
            async () => (await up.SlotsAsync(_cancellationToken)).Any(slot => slot is { IsFinal: true, Stored: 100 }), TimeSpan.FromSeconds(120),
            () => $"Nothing is fetched. It said:\n{up.Output}", _cancellationToken);
        await ProgramProcess.CreateQueuesAsync(settings, _cancellationToken);
        await Until.TrueAsync(
            async () => await up.ReadinessAsync(_cancellationToken) is { IsReady: true, Notes: var notes } && !notes.Any(IsOfChecks), TimeSpan.FromSeconds(60),
            () => $"The checks do not begin. It said:\n{up.Output}", _cancellationToken);

        static bool IsOfChecks(string note) => note.Contains("suspicion checks do not run", StringComparison.Ordinal) && note.Contains("'queues create'", StringComparison.Ordinal);
    }
}
