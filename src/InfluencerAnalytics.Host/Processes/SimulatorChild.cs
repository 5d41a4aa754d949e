using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Host.Failures;

namespace InfluencerAnalytics.Host.Processes;

/// <summary>
/// The simulator as a child process: a process of its own, so that its load and its faults are outside, as a provider's are.
/// Started again on the same port, with back-off, when it dies; ended by closing its standard input, which the system also does
/// when this process is killed. Start once and dispose; not safe for concurrent use.
/// </summary>
internal sealed partial class SimulatorChild(IReadOnlyList<string> command, IReadOnlyList<string> arguments, TimeProvider timeProvider) : IAsyncDisposable
{
    private const string AddressLine = "Mockstagram simulator listening on ";

    /// <summary>A process that lived so long had started well; its next failure waits the shortest time again.</summary>
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Queue<string> _lastLines = new();
    private Process? _process;
    private Task _supervision = Task.CompletedTask;

    /// <summary>Where it listens; known once <see cref="StartAsync"/> has returned, and the same ever after.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The process that answers now; null while it is being started again.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock)
                return _process?.Id;
        }
    }

    /// <summary>This program's own <c>simulate</c> command, whether it runs as an executable or under <c>dotnet</c>.</summary>
    public static IReadOnlyList<string> OwnCommand()
    {
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? [path, typeof(SimulatorChild).Assembly.Location, "simulate"]
            : [path, "simulate"];
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <exception cref="CommandFailedException">It ended at once, or did not say where it listens.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = await LaunchAsync(port: 0, cancellationToken);
        Address = address ?? throw new CommandFailedException(
            ExitCodes.Failure, $"The provider simulator did not start. {LastLines()} Give a real provider with --provider URL, or look at '{string.Join(' ', command)} --help'.");
    }

    /// <summary>Keeps it alive from now on.</summary>
    public void Supervise(ILogger logger) => _supervision = SuperviseAsync(logger);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        await EndAsync();
        _stopping.Dispose();
    }

    private async Task SuperviseAsync(ILogger logger)
    {
        var pause = TimeSpan.Zero;
        while (!_stopping.IsCancellationRequested)
        {
            var started = timeProvider.GetTimestamp();
            try
            {
                if (_process is { } process)
                {
                    await process.WaitForExitAsync(_stopping.Token);
                    Log.Died(logger, process.ExitCode, LastLines());
                }
                pause = timeProvider.GetElapsedTime(started) > GoodLife ? TimeSpan.Zero : Longer(pause);
                await Task.Delay(pause, timeProvider, _stopping.Token);
                await EndAsync();
                if (await LaunchAsync(Address.Port, _stopping.Token) is not null)
                    Log.Restarted(logger, Address);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.RestartFailed(logger, exception);
            }
        }
    }

    private static TimeSpan Longer(TimeSpan pause)
    {
        var doubled = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : pause * 2;
        return doubled < LongestPause ? doubled : LongestPause;
    }

    /// <summary>Where the new process listens; null when it ended, or was too slow, before saying so.</summary>
    private async Task<Uri?> LaunchAsync(int port, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1).Concat(["--port", port.ToString(CultureInfo.InvariantCulture), "--exit-with-parent"]).Concat(arguments))
            start.ArgumentList.Add(argument);

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var listening = new TaskCompletionSource<Uri?>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        process.ErrorDataReceived += (_, line) => Read(line.Data, listening);
        process.Exited += (_, _) => listening.TrySetResult(null);
        process.Start();
        lock (_lock)
            _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return await listening.Task.WaitAsync(StartLimit, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            await EndAsync();
            return null;
        }
    }

    private void Read(string? line, TaskCompletionSource<Uri?> listening)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_lock)
        {
            _lastLines.Enqueue(line.Trim());
            if (_lastLines.Count > 3)
                _lastLines.Dequeue();
        }
        var at = line.IndexOf(AddressLine, StringComparison.Ordinal);
        if (at >= 0 && Uri.TryCreate(line[(at + AddressLine.Length)..].Trim(), UriKind.Absolute, out var address))
            listening.TrySetResult(address);
    }

    private string LastLines()
    {
        lock (_lock)
            return _lastLines.Count == 0 ? "It said nothing." : $"It last said: {string.Join(" | ", _lastLines)}";
    }

    private async Task EndAsync()
    {
        Process? process;
        lock (_lock)
            (process, _process) = (_process, null);
        if (process is null)
            return;
        try
        {
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit, timeProvider);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (IOException)
        {
            // It is gone already and its pipe with it.
        }
        process.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Warning, "The provider simulator ended with code {ExitCode}. {LastLines} Starting it again.")]
        public static partial void Died(ILogger logger, int exitCode, string lastLines);

        [LoggerMessage(4002, LogLevel.Information, "The provider simulator listens again on {Address}.")]
        public static partial void Restarted(ILogger logger, Uri address);

        [LoggerMessage(4003, LogLevel.Error, "The provider simulator could not be started again.")]
        public static partial void RestartFailed(ILogger logger, Exception exception);
    }
}
