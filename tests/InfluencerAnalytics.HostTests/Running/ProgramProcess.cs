using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace InfluencerAnalytics.HostTests.Running;

/// <summary>The built program as a process of its own, with what it prints.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private ProgramProcess(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "influencer-analytics"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed so far.</summary>
    public string Output => string.Join('\n', _output);

    public int Id => _process.Id;

    public static ProgramProcess Start(params IEnumerable<string> arguments) => new(arguments, new Dictionary<string, string?>());

    /// <param name="arguments">Of the command line.</param>
    /// <param name="environment">Variables that are other than this process has them.</param>
    public static ProgramProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment) => new(arguments, environment);

    /// <summary>Runs it to its end.</summary>
    public static Task<(int Code, string Output)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, new Dictionary<string, string?>(), cancellationToken);

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="environment">Variables that are other than this process has them; null for one that it is not to have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<(int Code, string Output)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        await using var program = new ProgramProcess(arguments, environment);
        return (await program.ExitAsync(cancellationToken), program.Output);
    }

    /// <summary>Makes the queues, and tries again while a crowded machine is slow to answer: what was made stays.</summary>
    public static Task CreateQueuesAsync(IReadOnlyCollection<string> arguments, IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var output = "";
        return Until.TrueAsync(
            async () =>
            {
                (var code, output) = await RunAsync(["queues", "create", .. arguments], environment, cancellationToken);
                return code == 0;
            },
            Limit, () => $"The queues cannot be made. It said:\n{output}", cancellationToken);
    }

    public static Task CreateQueuesAsync(IReadOnlyCollection<string> arguments, CancellationToken cancellationToken) =>
        CreateQueuesAsync(arguments, new Dictionary<string, string?>(), cancellationToken);

    /// <summary>The first line that contains a text.</summary>
    public async Task<string> LineAsync(string text, CancellationToken cancellationToken)
    {
        string? line = null;
        await Until.TrueAsync(
            () => Task.FromResult((line = _output.FirstOrDefault(l => l.Contains(text, StringComparison.Ordinal))) is not null || _process.HasExited),
            Limit, () => $"No line with '{text}'. It said:\n{Output}", cancellationToken);
        return line ?? throw new InvalidOperationException($"It ended without a line with '{text}'. It said:\n{Output}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Limit, TimeProvider.System, cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Remember(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }
}
