using System.Globalization;
using InfluencerAnalytics.ContractTests.Postgres;
using InfluencerAnalytics.ContractTests.Sqs;
using InfluencerAnalytics.HostTests.Running;
using Mockstagram.Simulator.Faults;

namespace InfluencerAnalytics.HostTests.Distributed;

/// <summary>
/// Two fetchers, two ingesters, a seeder and an API on SQS and PostgreSQL, while processes are killed and frozen, the database is stopped, SQS is cut off and the provider fails:
/// whatever SQS has taken is stored once with the value that was sent, nobody is lost from the roster, and coverage is whole again.
/// </summary>
public abstract class ChaosTests(PostgresServer postgres, SqsServer sqs, ITestOutputHelper output)
{
    private const int Influencers = 600;
    private const int IntervalSeconds = 10;

    // More, or another: CHAOS_SECONDS=600 CHAOS_SEED=7.
    private static readonly int Seconds = FromEnvironment("CHAOS_SECONDS", 60);
    private static readonly int Seed = FromEnvironment("CHAOS_SEED", 4711);

    private readonly CancellationToken _cancellationToken = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Roles_KilledFrozenAndCutOff_LoseNothingAndBecomeWhole()
    {
        await using var deployment = await Deployment.CreateAsync(postgres, sqs, Influencers, IntervalSeconds, _cancellationToken);
        await deployment.PrepareAsync(_cancellationToken);
        deployment.Start("seeder", "seeder");
        deployment.Start("fetch-1", "fetch");
        deployment.Start("fetch-2", "fetch");
        deployment.Start("ingest-1", "ingest");
        deployment.Start("ingest-2", "ingest");
        deployment.Start("serve", "serve", "--listen", deployment.Listen);
        await deployment.TrackAsync(Influencers, _cancellationToken);
        await deployment.WholeSlotAsync(Influencers, 0, TimeSpan.FromSeconds(90), _cancellationToken);

        var ends = new List<Task>();
        foreach (var step in ChaosPlan.Of(Seed, deployment.Processes.Count, TimeSpan.FromSeconds(Seconds)))
        {
            output.WriteLine($"{TimeProvider.System.GetUtcNow():T} {step}");
            ends.Add(await BeginAsync(deployment, step));
            await Task.Delay(step.Pause, TimeProvider.System, _cancellationToken);
        }
        await Task.WhenAll(ends);

        var calm = Deployment.NowMs;
        await deployment.WholeSlotAsync(Influencers, calm, TimeSpan.FromSeconds(120), _cancellationToken);
        await EverythingTakenIsStoredAsync(deployment);
        await NothingElseIsWrongAsync(deployment);
    }

    private async Task EverythingTakenIsStoredAsync(Deployment deployment)
    {
        List<StoredPoint> stored = [];
        await deployment.TriedAsync(
            async () =>
            {
                stored = await deployment.StoredAsync(_cancellationToken);
                var keys = stored.Select(static point => (point.Id, point.Slot)).ToHashSet();
                return deployment.Sqs.Taken.Keys.All(keys.Contains);
            },
            TimeSpan.FromSeconds(90), $"Seed {Seed}: readings that SQS took are not stored.", _cancellationToken);
        deployment.Sqs.Taken.Count.ShouldBeGreaterThan(Influencers);
        var sent = deployment.Sqs.Taken;
        stored.Where(point => !sent.TryGetValue((point.Id, point.Slot), out var values) || !values.Contains((point.Followers, point.Following)))
            .ShouldBeEmpty($"Seed {Seed}: stored values that nobody sent");
        deployment.Provider.Ledger!.Dropped.ShouldBe(0);
        LedgerCheck.EveryStoredPointWasServed(stored, deployment.Provider.Ledger.ReadAll());
        output.WriteLine($"{sent.Count} readings were taken by SQS, {stored.Count} are stored.");
    }

    private async Task NothingElseIsWrongAsync(Deployment deployment)
    {
        var pipeline = await deployment.Client.GetPipelineAsync(_cancellationToken);
        pipeline.Tracked.ShouldBe(Influencers);
        foreach (var (queue, depth) in pipeline.Queues.ShouldNotBeNull(pipeline.QueueProblem))
            depth.Dead.ShouldBe(0, $"dead letters of {queue}");
    }

    // Begins a trouble and returns its end.
    private async Task<Task> BeginAsync(Deployment deployment, ChaosStep step)
    {
        var process = deployment.Processes[step.Process];
        switch (step.What)
        {
            case Trouble.Kill when !process.IsBusy:
                process.IsBusy = true;
                await process.KillAsync();
                return EndAsync(step, () =>
                {
                    process.Start();
                    process.IsBusy = false;
                });
            case Trouble.Freeze when !process.IsBusy:
                process.IsBusy = true;
                process.Freeze();
                return EndAsync(step, () =>
                {
                    process.Thaw();
                    process.IsBusy = false;
                });
            case Trouble.PostgresFast or Trouble.PostgresImmediate when postgres.IsRunning:
                postgres.Stop(step.What == Trouble.PostgresFast ? "fast" : "immediate");
                return EndAsync(step, postgres.Restart);
            case Trouble.CutSqs when !deployment.Sqs.IsCut:
                deployment.Sqs.IsCut = true;
                return EndAsync(step, () => deployment.Sqs.IsCut = false);
            case Trouble.ProviderFails or Trouble.ProviderHangs:
                deployment.Provider.Faults = step.What == Trouble.ProviderFails ? FaultRates.Only(FaultKind.Unavailable, 0.5) : FaultRates.Only(FaultKind.Silent, 0.3);
                return EndAsync(step, () => deployment.Provider.Faults = FaultRates.None);
            default:
                return Task.CompletedTask;
        }
    }

    private async Task EndAsync(ChaosStep step, Action end)
    {
        await Task.Delay(step.Lasts, TimeProvider.System, _cancellationToken);
        end();
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

/// <summary>On native partitions.</summary>
public sealed class PlainChaosTests(PlainPostgres postgres, SqsServer sqs, ITestOutputHelper output)
    : ChaosTests(postgres, sqs, output), IClassFixture<PlainPostgres>, IClassFixture<SqsServer>;

/// <summary>On hypertables, where they can be had.</summary>
public sealed class TimescaleChaosTests(TimescalePostgres postgres, SqsServer sqs, ITestOutputHelper output)
    : ChaosTests(postgres, sqs, output), IClassFixture<TimescalePostgres>, IClassFixture<SqsServer>;
