using System.Globalization;
using System.Net;
using System.Net.Sockets;
using InfluencerAnalytics.Benchmarks.Running;

namespace InfluencerAnalytics.Benchmarks.Storage;

/// <summary>A server that speaks SQS (fauxqs, as the tests have it: <c>npm ci</c> in tests/sqs-server), a process of its own on a free port, with the program's queues.</summary>
internal sealed class SqsServer : IAsyncDisposable
{
    private SqsServer(ServerProcess process, Uri url) => (Process, Url) = (process, url);

    public ServerProcess Process { get; }

    public Uri Url { get; }

    public static async Task<SqsServer> StartAsync(CancellationToken cancellationToken)
    {
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var process = ServerProcess.StartProgram("node", [FindProgram()], ("FAUXQS_PORT", port), ("FAUXQS_LOGGER", "false"));
        process.DropOutput();
        var server = new SqsServer(process, new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            using var client = new PipelineClient(server.Url);
            await client.WaitForAsync("health", TimeSpan.FromMinutes(1), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string FindProgram()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var program = Path.Combine(directory.FullName, "tests", "sqs-server", "node_modules", ".bin", "fauxqs");
            if (File.Exists(program))
                return program;
        }
        throw new InvalidOperationException("The SQS server of the tests is not installed: run 'npm ci' in tests/sqs-server.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
