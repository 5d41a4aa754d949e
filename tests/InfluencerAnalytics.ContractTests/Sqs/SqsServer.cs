using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace InfluencerAnalytics.ContractTests.Sqs;

/// <summary>
/// A server that speaks SQS over HTTP (fauxqs, from tests/sqs-server), a process of its own on a free port; test.sh installs it. It ends with the tests. One for all of
/// them: each makes queues of its own prefix.
/// </summary>
public sealed class SqsServer : IAsyncLifetime
{
    private const string Missing = "The SQS server of the tests is not installed: run 'npm ci' in tests/sqs-server (test.sh does).";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private Process? _process;

    /// <summary>Where it listens. Skips the test when it is not installed.</summary>
    public Uri Url
    {
        get
        {
            Assert.SkipWhen(_process is null, Missing);
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
        var port = FreePort();
        var start = new ProcessStartInfo("node", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FAUXQS_PORT"] = $"{port}";
        start.Environment["FAUXQS_LOGGER"] = "false";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Url = new Uri($"http://127.0.0.1:{port}/");
        await UntilItAnswersAsync();
    }

    public ValueTask DisposeAsync()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task UntilItAnswersAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync("health");
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (started.Elapsed < StartsWithin && !_process!.HasExited)
            {
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
