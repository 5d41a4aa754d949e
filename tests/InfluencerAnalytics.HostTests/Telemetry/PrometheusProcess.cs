using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using InfluencerAnalytics.ContractTests.Servers;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Telemetry;

/// <summary>A real Prometheus on a directory and a port of its own, with the example of <c>deploy/prometheus</c> but for its one target, which it asks every second.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly ConcurrentQueue<string> _said = new();
    private readonly HttpClient _http;
    private readonly Process _process;

    private PrometheusProcess(string program, Uri target)
    {
        _directory.File("alerts.yml", File.ReadAllText(Path.Combine(DeployedFiles.PrometheusDirectory, "alerts.yml")));
        var example = File.ReadAllText(Path.Combine(DeployedFiles.PrometheusDirectory, "prometheus.yml"));
        example.ShouldContain("127.0.0.1:8080");
        var config = _directory.File("prometheus.yml", example.Replace("127.0.0.1:8080", target.Authority, StringComparison.Ordinal).Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal));
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Take()}/") };
        string[] arguments = [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(_directory.Path, "data")}", $"--web.listen-address={_http.BaseAddress.Authority}"];
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private string Said => string.Join('\n', _said);

    /// <param name="target">The process that it watches.</param>
    public static async Task<PrometheusProcess> StartAsync(Uri target, CancellationToken cancellationToken)
    {
        var prometheus = new PrometheusProcess(DebianProgram.Find("prometheus", "prometheus"), target);
        await Until.TrueAsync(prometheus.IsReadyAsync, Limit, () => $"Prometheus does not start. It said:\n{prometheus.Said}", cancellationToken);
        return prometheus;
    }

    /// <summary>What a query comes to now: the labels of each series and its value.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, string Value)>> QueryAsync(string query, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), cancellationToken);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        answer.RootElement.GetProperty("status").GetString().ShouldBe("success", $"{query}: {answer.RootElement}");
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => (
                (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                series.GetProperty("value")[1].GetString()!)),
        ];
    }

    /// <summary>Waits until a query has a result.</summary>
    public async Task<(IReadOnlyDictionary<string, string> Labels, string Value)> FirstAsync(string query, CancellationToken cancellationToken)
    {
        IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, string Value)> found = [];
        await Until.TrueAsync(
            async () => (found = await QueryAsync(query, cancellationToken)).Count > 0, Limit, () => $"Nothing comes of {query}. Prometheus said:\n{Said}", cancellationToken);
        return found[0];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"Prometheus ended with {_process.ExitCode}. It said:\n{Said}");
        try
        {
            using var response = await _http.GetAsync(new Uri("-/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
