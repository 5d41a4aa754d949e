using System.CommandLine;
using System.CommandLine.Parsing;
using Mockstagram.Simulator.Answering;
using Mockstagram.Simulator.Faults;
using Mockstagram.Simulator.Pacing;
using Mockstagram.Simulator.Parsing;
using Mockstagram.Simulator.Walks;

namespace Mockstagram.Simulator;

/// <summary>The simulator's command line.</summary>
public static class SimulatorCommand
{
    // As the program's own exit codes, which this project cannot see: 'simulate' is one of its commands.
    private const int BadOptions = 2;
    private const int AddressInUse = 4;
    private const string Mockstagram = "mockstagram";
    private const string Lifelike = "lifelike";

    /// <summary>.NET's switch for handling a socket's event on the thread that saw it. It is read once, when the first socket is used.</summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private static readonly SimulatorOptions Defaults = new();

    /// <summary>Makes the command that runs the simulator until Ctrl-C or SIGTERM.</summary>
    /// <param name="name">What the user types: the program's own name, or a verb of another program.</param>
    public static Command Create(string name)
    {
        var settings = new Settings();
        var command = new Command(name, Describe(name));
        foreach (var option in settings.All)
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => RunAsync(result, settings, cancellationToken));
        return command;
    }

    private static string Describe(string name) =>
        $"""
        Stands in for the provider Mockstagram, for trying things out and for tests. It runs until Ctrl-C.

        It serves GET /api/v1/influencers/{"{pk}"} and POST /api/v1/influencers/is_suspicious as Mockstagram does, and can
        be made to fail. Examples:

          {name}                                          one million accounts, as Mockstagram has them
          {name} --count 10000 --walk lifelike            believable numbers, for looking at charts
          {name} --latency lognormal:20ms:0.5             as if it were far away
          {name} --fault 503=5% --fault reset=1%          a provider with bad days
          {name} --ledger 1000000 --fault all=0.5%        remembers what it served: GET /simulator/ledger
          {name} --sticky silent=1%                       one account in a hundred never answers
          {name} --limit 2000/s                           answers 429 beyond that
          {name} --capacity 64:20ms:256                   slows down as more than 64 are in flight, collapses beyond 256

        While it runs:
          GET  /simulator/stats                 counts of what it did
          GET  /simulator/faults                the rates of faults
          PUT  /simulator/faults                replaces them all; the body is JSON such as {"{\"503\":1,\"reset\":0.01}"}
          GET, PUT /simulator/sticky            the same for faults that stick to accounts
          GET, PUT /simulator/pace              limit, capacity and latency; PUT replaces all three; the body is JSON such as
                                                {"{\"limit\":\"500/s\",\"latency\":\"200ms\"}"}
          POST /simulator/outage?seconds=60     closes every connection and refuses new ones for that long
          GET  /simulator/ledger                one line [pk,followerCount,followingCount,servedAt ms] for each good answer,
                                                then a last line with how many these are and how many were dropped
          GET  /simulator/events?pk=N&days=45   posts that went round and bought followers of an account, with --walk lifelike

        Faults:
        {string.Join(Environment.NewLine, FaultNames.Described.Select(fault => $"  {fault.Name,-12} {fault.Meaning}"))}
        """;

    private static async Task<int> RunAsync(ParseResult result, Settings settings, CancellationToken cancellationToken)
    {
        var output = result.InvocationConfiguration.Output;
        var error = result.InvocationConfiguration.Error;
        var options = settings.Read(result);
        if (options.Validate() is { Count: > 0 } problems)
        {
            foreach (var problem in problems)
                await error.WriteLineAsync(problem);
            return BadOptions;
        }
        // Nothing here blocks a thread, so the switch is safe, and it takes a quarter off the cost of a request. It holds for the
        // whole process, which here serves nothing else; a server started inside another program leaves it alone.
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        SimulatorServer server;
        try
        {
            server = await SimulatorServer.StartAsync(options, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await error.WriteLineAsync($"The simulator could not start: {exception.Message.TrimEnd('.')}. Choose another --host or --port; --port 0 takes any free one.");
            return AddressInUse;
        }
        await using (server)
        {
            await output.WriteLineAsync($"Mockstagram simulator listening on {server.Address.GetLeftPart(UriPartial.Authority)}");
            await output.FlushAsync(CancellationToken.None);
            if (result.GetValue(settings.ExitWithParent))
                StandardInput.CancelAtEnd(stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
    }

    /// <summary>The options, and how they become <see cref="SimulatorOptions"/>.</summary>
    private sealed class Settings
    {
        private readonly Option<string> _host = Plain("--host", "ADDRESS", "The address to listen on. 0.0.0.0 lets other machines in.", Defaults.Host);
        private readonly Option<int> _port = WholeNumber.Option("--port", "PORT", "The port to listen on; 0 takes any free one.", Defaults.Port);
        private readonly Option<long> _firstId = WholeNumber.Option("--first-id", "ID", "The least id (pk) that is known.", Defaults.FirstId);
        private readonly Option<int> _count = WholeNumber.Option("--count", "N", "How many ids are known, one after the other from --first-id on.", Defaults.Count);
        private readonly Option<long> _seed = WholeNumber.Option("--seed", "NUMBER", "The same seed gives every account the same numbers again.", Defaults.Seed);
        private readonly Option<string> _walk = WalkOption("How counts change: wildly at each call, as Mockstagram's do; or calmly over time, with growth, a daily rhythm, spikes and bought followers.");
        private readonly Option<Latency> _latency = LatencyOption("--latency", "How long each answer is held back: 20ms, uniform:10ms:50ms, or lognormal:20ms:0.5 (the median and how wide it spreads).", Defaults.Latency);
        private readonly Option<Latency> _suspicionDelay = LatencyOption("--suspicion-delay", "How long a check for bought followers takes; written as for --latency.", Defaults.SuspicionDelay);
        private readonly Option<FaultRates> _faults = FaultsOption("--fault", "Spoil a share of the answers, such as 503=5%, reset=0.01 or all=0.5% (each of them). May be given several times.");
        private readonly Option<FaultRates> _sticky = FaultsOption("--sticky", "Always spoil the answers about a share of the accounts, chosen by a hash of the id; written as for --fault.");
        private readonly Option<RateLimit> _limit = LimitOption();
        private readonly Option<Capacity> _capacity = CapacityOption();
        private readonly Option<TimeSpan?> _retryAfter = DurationOption("--retry-after", "What fault 429 asks for, in whole seconds. [default: 1s]");
        private readonly Option<TimeSpan?> _dripDuration = DurationOption("--drip-duration", "How long an answer with fault drip takes. [default: 20s]");
        private readonly Option<int> _ledger = WholeNumber.Option("--ledger", "N", "Remember the last N good answers (24 bytes each); 0 remembers none.", Defaults.LedgerCapacity);

        public Option<bool> ExitWithParent { get; } = new("--exit-with-parent")
        {
            Description = "Stop when standard input ends. A program that starts this one with a pipe there takes it along, however it dies.",
        };

        public IEnumerable<Option> All =>
            [_host, _port, _firstId, _count, _seed, _walk, _latency, _suspicionDelay, _faults, _sticky, _limit, _capacity, _retryAfter, _dripDuration, _ledger, ExitWithParent];

        public SimulatorOptions Read(ParseResult result) => new()
        {
            Host = result.GetRequiredValue(_host),
            Port = result.GetRequiredValue(_port),
            FirstId = result.GetRequiredValue(_firstId),
            Count = result.GetRequiredValue(_count),
            Seed = result.GetRequiredValue(_seed),
            Walk = result.GetRequiredValue(_walk) == Lifelike ? WalkKind.Lifelike : WalkKind.Mockstagram,
            Latency = result.GetRequiredValue(_latency),
            SuspicionDelay = result.GetRequiredValue(_suspicionDelay),
            Faults = result.GetRequiredValue(_faults),
            Sticky = result.GetRequiredValue(_sticky),
            Limit = result.GetRequiredValue(_limit),
            Capacity = result.GetRequiredValue(_capacity),
            RetryAfter = result.GetValue(_retryAfter) ?? Defaults.RetryAfter,
            DripDuration = result.GetValue(_dripDuration) ?? Defaults.DripDuration,
            LedgerCapacity = result.GetRequiredValue(_ledger),
        };
    }

    private static Option<T> Plain<T>(string name, string helpName, string description, T standard) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => standard };

    private static Option<Latency> LatencyOption(string name, string description, Latency standard) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => standard,
        CustomParser = argument => Latency.TryParse(Text(argument), out var latency)
            ? latency
            : Fail<Latency>(argument, name, "is no latency. Write 20ms, uniform:10ms:50ms or lognormal:20ms:0.5."),
    };

    private static Option<TimeSpan?> DurationOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = argument => DurationText.TryParse(Text(argument), out var duration)
            ? duration
            : Fail<TimeSpan?>(argument, name, "is no time. Write 500ms, 20s, 2m or 1h."),
    };

    private static Option<string> WalkOption(string description)
    {
        var option = Plain("--walk", $"{Mockstagram}|{Lifelike}", description, Mockstagram);
        option.AcceptOnlyFromAmong(Mockstagram, Lifelike);
        return option;
    }

    private static Option<RateLimit> LimitOption() => new("--limit")
    {
        Description = "How many requests a second are let through, such as 2000/s; more are answered 429. none for no limit.",
        HelpName = "N/s",
        DefaultValueFactory = _ => Defaults.Limit,
        CustomParser = argument => RateLimit.TryParse(Text(argument), out var limit)
            ? limit
            : Fail<RateLimit>(argument, "--limit", "is no limit. Write 2000/s or none."),
    };

    private static Option<Capacity> CapacityOption() => new("--capacity")
    {
        Description = "How many are answered at once and how long each takes, such as 64:20ms; more share the same total rate, and beyond a third number (64:20ms:256) it falls.",
        HelpName = "N:TIME[:N]",
        DefaultValueFactory = _ => Defaults.Capacity,
        CustomParser = argument => Capacity.TryParse(Text(argument), out var capacity)
            ? capacity
            : Fail<Capacity>(argument, "--capacity", "is no capacity. Write 64:20ms, 64:20ms:256 or none."),
    };

    private static Option<FaultRates> FaultsOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME=RATE",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => Defaults.Faults,
        CustomParser = argument => ReadFaults(argument, name),
    };

    private static FaultRates ReadFaults(ArgumentResult argument, string option)
    {
        var faults = FaultRates.None;
        foreach (var token in argument.Tokens)
        {
            if (token.Value.Split('=') is not [var name, var text] || !FaultNames.TryParseRate(text, out var rate))
                argument.AddError($"{option}: '{token.Value}' is not NAME=RATE with a rate such as 0.05 or 5%.");
            else if (faults.TryWith(name, rate) is { } more)
                faults = more;
            else
                argument.AddError($"{option}: there is no fault '{name}'. There are {string.Join(", ", FaultNames.Described.Select(fault => fault.Name))} and {FaultNames.All}.");
        }
        return faults;
    }

    private static string Text(ArgumentResult argument) => argument.Tokens[0].Value;

    private static T? Fail<T>(ArgumentResult argument, string name, string problem)
    {
        argument.AddError($"{name}: '{Text(argument)}' {problem}");
        return default;
    }
}
