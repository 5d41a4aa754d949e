using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using InfluencerAnalytics.Client;
using InfluencerAnalytics.ContractTests.Servers;

namespace InfluencerAnalytics.HostTests.Running;

/// <summary>
/// <c>up</c> as a process of its own on a data directory of its own, against a provider that the test runs: started, killed and started again.
/// </summary>
internal sealed class UpProcess : IAsyncDisposable
{
    private readonly Uri _provider;
    private readonly int _influencers;
    private readonly int _intervalSeconds;
    private readonly HttpClient _http;
    private readonly InfluencerAnalyticsClient _client;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    public UpProcess(Uri provider, int influencers, int intervalSeconds, params string[] more)
    {
        _provider = provider;
        _influencers = influencers;
        _intervalSeconds = intervalSeconds;
        More = more;
        DataDirectory = Directory.CreateTempSubdirectory("influencer-analytics-test-").FullName;
        Address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        _http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        _client = new InfluencerAnalyticsClient(_http);
    }

    public Uri Address { get; }

    /// <summary>More arguments, for the next start.</summary>
    public IReadOnlyList<string> More { get; set; }

    /// <summary>Variables of its environment, beside those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string DataDirectory { get; }

    /// <summary>All that the process has printed so far, over all of its lives.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "influencer-analytics"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        string[] arguments = ["up", "--influencers", Text(_influencers), "--interval", $"{_intervalSeconds}s",
            "--provider", _provider.AbsoluteUri, "--listen", Address.AbsoluteUri, "--data", DataDirectory, .. More];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Until.TrueAsync(IsAliveAsync, TimeSpan.FromSeconds(60), () => $"The program does not answer. It said:\n{Output}", cancellationToken);
    }

    /// <summary>As <c>kill -9</c>: no handler of the program runs.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process!.Kill();
        await _process.WaitForExitAsync(cancellationToken);
        _process.Dispose();
        _process = null;
    }

    /// <summary>As Ctrl-C; returns the exit code.</summary>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        using (Process.Start("kill", ["-INT", Text(_process!.Id)]))
            await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The slots that the program shows now, ascending.</summary>
    public async Task<IReadOnlyList<ShownSlot>> SlotsAsync(CancellationToken cancellationToken)
    {
        var pipeline = await _client.GetPipelineAsync(cancellationToken);
        return [.. pipeline.Slots.ShouldNotBeNull(pipeline.Store.Detail)
            .Select(slot => new ShownSlot(Time(slot.Slot), slot.Stored, slot.Tracked, slot.Final, slot.Missed, slot.Gone, slot.Others))];
    }

    public Task<ReadyAnswer> ReadinessAsync(CancellationToken cancellationToken) => _client.GetReadyAsync(cancellationToken);

    /// <summary>Waits until a slot is final and returns it.</summary>
    public async Task<ShownSlot> FinalSlotAsync(long slot, CancellationToken cancellationToken)
    {
        ShownSlot? found = null;
        await Until.TrueAsync(
            async () => (found = (await SlotsAsync(cancellationToken)).FirstOrDefault(shown => shown.Slot == slot && shown.IsFinal)) is not null,
            TimeSpan.FromSeconds(_intervalSeconds * 4 + 30),
            () => $"Slot {slot} did not become final. The program said:\n{Output}",
            cancellationToken);
        return found!;
    }

    /// <summary>The first slot that begins after now.</summary>
    public long NextSlot()
    {
        var interval = _intervalSeconds * 1000L;
        return (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / interval + 1) * interval;
    }

    /// <summary>Every stored data point, by the export.</summary>
    public async Task<List<StoredPoint>> ExportAsync(CancellationToken cancellationToken)
    {
        await using var export = await (await WithKeyAsync(cancellationToken)).ExportAsync(ReadingRange.LastDay, "raw", cancellationToken);
        using var reader = new StreamReader(export.Rows);
        (await reader.ReadLineAsync(cancellationToken)).ShouldBe("id,username,time,retrievedAt,followerCount,followingCount,followerRatio");
        var points = new List<StoredPoint>();
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var cells = line.Split(',');
            points.Add(new StoredPoint(Number(cells[0]), Time(cells[2]), Time(cells[3]), Number(cells[4]), Number(cells[5])));
        }
        return points;
    }

    /// <summary>Makes a backup while it runs, and returns where it is.</summary>
    public async Task<string> BackUpAsync(CancellationToken cancellationToken) =>
        (await (await WithKeyAsync(cancellationToken)).CreateBackupAsync(cancellationToken)).Path;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync(CancellationToken.None);
        _http.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task<InfluencerAnalyticsClient> WithKeyAsync(CancellationToken cancellationToken) =>
        new(_http, (await File.ReadAllTextAsync(Path.Combine(DataDirectory, "api-key"), cancellationToken)).Trim());

    private async Task<bool> IsAliveAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"The program ended with exit code {_process.ExitCode}. It said:\n{Output}");
        try
        {
            await _client.GetLiveAsync();
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or ApiProblemException)
        {
            return false;
        }
    }

    private void Remember(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
        while (_output.Count > 500)
            _output.TryDequeue(out _);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string cell) => long.Parse(cell, CultureInfo.InvariantCulture);

    private static long Time(string cell) => DateTimeOffset.Parse(cell, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}

/// <summary>A slot as the program shows it.</summary>
internal sealed record ShownSlot(long Slot, long Stored, long Tracked, bool IsFinal, IReadOnlyDictionary<string, long> Missed, long Gone, long Others);

/// <summary>A data point as the program exports it.</summary>
internal readonly record struct StoredPoint(long Id, long Slot, long RetrievedAt, long Followers, long Following);
