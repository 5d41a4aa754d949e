using System.CommandLine;
using System.Diagnostics;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.FetchLoop;

/// <summary>The bare fetch loop beside the program's own client with its checks, time limits, breaker and counts, and beside the plainest client, in turns.</summary>
internal static class FetchLoopCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { Description = "How often each side has its turn of 0.6 s.", DefaultValueFactory = _ => 25 };
    private static readonly Option<int> Connections = new("--connections") { Description = "Requests in flight.", DefaultValueFactory = _ => 64 };
    private static readonly Option<bool> Types = new("--types") { Description = "Show of which types the memory is that each side allocates." };

    public static Command Create()
    {
        var command = new Command("fetch-loop", "The bare fetch loop against a minimal server, and the program's client and the plainest one against the same.") { Rounds, Connections, Types };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(Rounds), parsed.GetValue(Connections), parsed.GetValue(Types), cancellationToken));
        return command;
    }

    /// <summary>Requests a second (the median second) of the bare loop.</summary>
    public static async Task<double> MeasureBareAsync(Uri server, int connections, int seconds, CancellationToken cancellationToken)
    {
        using var loop = new BareFetchLoop(server, connections);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = loop.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);
        var rate = await Rate.MedianPerSecondAsync(() => loop.Fetched, seconds, cancellationToken);
        await stop.CancelAsync();
        await running;
        return rate;
    }

    private static async Task RunAsync(int rounds, int connections, bool showTypes, CancellationToken cancellationToken)
    {
        await using var server = ServerProcess.Start("InfluencerAnalytics.Benchmarks.dll", MinimalServer.CommandName);
        var address = await server.ReadAddressAsync("listening on", cancellationToken);
        using var bare = new BareFetchLoop(address, connections);
        using var plain = new HttpClientLoop(address, connections);
        using var client = new ClientLoop(address, connections);
        FetchLoops[] sides = [bare, plain, client];
        var turns = sides.ToDictionary(side => side, _ => new List<Turn>());
        for (var round = -2; round < rounds; round++)
        {
            foreach (var side in sides)
            {
                var turn = await MeasureAsync(side, cancellationToken);
                // The first two are for the compiler.
                if (round >= 0)
                    turns[side].Add(turn);
            }
        }
        Table.Print([.. sides.Select(side => (side.Name, Describe(turns[side]))),
            ($"{client.Name} / {bare.Name}, median of the rounds", Ratio(client, bare)),
            ($"{client.Name} / {plain.Name}", Ratio(client, plain))]);
        foreach (var side in showTypes ? sides : [])
            await ShowTypesAsync(side, cancellationToken);

        string Ratio(FetchLoops of, FetchLoops to) => $"{Rate.Median([.. turns[of].Zip(turns[to], (a, b) => a.Rate / b.Rate)]):F2} of the requests a second, "
            + $"{Rate.Median([.. turns[of].Zip(turns[to], (a, b) => a.Cpu / b.Cpu)]):F2} of the CPU";
    }

    private static string Describe(List<Turn> turns) =>
        $"{Rate.Median([.. turns.Select(turn => turn.Rate)]):N0}/s, {Rate.Median([.. turns.Select(turn => turn.Cpu)]):F1} µs of client CPU, "
        + $"{Rate.Median([.. turns.Select(turn => turn.Allocated)]):N0} B allocated each";

    private static async Task<Turn> MeasureAsync(FetchLoops side, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = side.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var clock = Stopwatch.StartNew();
        var (cpu, allocated, fetched) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), side.Fetched);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        process.Refresh();
        double count = side.Fetched - fetched;
        var turn = new Turn(count / clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMicroseconds / count, (GC.GetTotalAllocatedBytes() - allocated) / count);
        await stop.CancelAsync();
        await running;
        return turn;
    }

    private static async Task ShowTypesAsync(FetchLoops side, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = side.RunAsync(stop.Token);
        var fetched = side.Fetched;
        using (var types = new AllocatedTypes())
        {
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
            var count = side.Fetched - fetched;
            Console.WriteLine($"{Environment.NewLine}{side.Name}: bytes a request by type");
            foreach (var (type, bytes) in types.Taken().Where(taken => taken.Bytes / count >= 1))
                Console.WriteLine($"{bytes / count,8:F0}  {type}");
        }
        await stop.CancelAsync();
        await running;
    }

    private readonly record struct Turn(double Rate, double Cpu, double Allocated);
}
