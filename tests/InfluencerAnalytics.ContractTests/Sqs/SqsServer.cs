using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.ContractTests.Servers;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>
/// A server that speaks SQS over HTTP (fauxqs, from tests/sqs-server), a process of its own on a free port; test.sh installs it. It ends with the tests. One for all of
/// them: each makes queues of its own prefix.
/// </summary>
public sealed class SqsServer : IAsyncLifetime
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;
    private string? _missing = "The SQS server of the tests is not installed: run 'npm ci' in tests/sqs-server, with Node 20 or newer (test.sh does).";

    /// <summary>Where it listens. Skips the test when it cannot be had.</summary>
    public Uri Url
    {
        get
        {
            Assert.SkipWhen(_missing is not null, _missing ?? "");
            return field!;
        }
        private set;
    }

    public async ValueTask InitializeAsync()
    {
        // The standard chain finds these; the server takes any.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "tests");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "tests");
        if (FindProgram() is not { } program)
            return;
        var port = FreePort.Take();
        var start = new ProcessStartInfo("node", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FAUXQS_PORT"] = $"{port}";
        start.Environment["FAUXQS_LOGGER"] = "false";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Url = new Uri($"http://127.0.0.1:{port}/");
        _missing = await UntilItAnswersAsync() ? null : $"The SQS server of the tests does not start. It said: {string.Join(' ', _said)}";
    }

    /// <summary>Stops it as a machine does that hangs: it takes connections and answers nothing.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public ValueTask DisposeAsync()
    {
        // Not waiting: one that is frozen dies all the same.
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> UntilItAnswersAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_process!.StartInfo.Environment["FAUXQS_PORT"]}/") };
        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartsWithin && !_process.HasExited)
        {
            try
            {
                using var response = await client.GetAsync("health");
                if (response.IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        return false;
    }

    private void Remember(string? line)
    {
        if (line is not null && _said.Count < 20)
            _said.Enqueue(line);
    }

    private static string? FindProgram()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var program = Path.Combine(directory.FullName, "tests", "sqs-server", "node_modules", ".bin", "fauxqs");
            if (File.Exists(program))
                return program;
        }
        return null;
    }
}
