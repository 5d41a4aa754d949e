using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>A process that a benchmark starts, measures and ends.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>User and kernel time since start.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The greatest resident memory so far, from the kernel's own count (VmHWM of proc(5)).</summary>
    public long PeakResidentBytes => ReadStatus("VmHWM");

    public long ResidentBytes => ReadStatus("VmRSS");

    /// <summary>Starts an assembly of this build by <c>dotnet</c>, with a pipe as its standard input.</summary>
    public static ServerProcess Start(string assembly, params string[] arguments) => StartProgram(
        Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]);

    /// <summary>Starts any program, with a pipe as its standard input.</summary>
    /// <param name="program">Its path, or its name to be found on the path.</param>
    /// <param name="arguments">One by one.</param>
    /// <param name="environment">Variables besides those of this process.</param>
    public static ServerProcess StartProgram(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.ErrorDataReceived += static (_, line) =>
        {
            // Null when it ends.
            if (line.Data is { } text)
                Console.Error.WriteLine(text);
        };
        process.BeginErrorReadLine();
        return new ServerProcess(process);
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task RunAsync(string assembly, CancellationToken cancellationToken, params string[] arguments) =>
        Start(assembly, arguments).ToEndAsync(string.Join(' ', arguments), cancellationToken);

    /// <summary>Waits for it to end well by itself.</summary>
    /// <param name="what">It does, for the failure.</param>
    /// <param name="cancellationToken">Ends it and the wait.</param>
    public async Task ToEndAsync(string what, CancellationToken cancellationToken)
    {
        await using var command = this;
        await _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"{what} ended with exit code {_process.ExitCode}.");
    }

    /// <summary>Runs a command to its end and returns the last line that it printed.</summary>
    public static async Task<string> ReadAsync(string assembly, CancellationToken cancellationToken, params string[] arguments)
    {
        await using var command = Start(assembly, arguments);
        var output = await command._process.StandardOutput.ReadToEndAsync(cancellationToken);
        await command._process.WaitForExitAsync(cancellationToken);
        return output.Trim().Split('\n')[^1];
    }

    /// <summary>Reads its output up to a line with an http address behind a phrase, and drops the rest of the output.</summary>
    public async Task<Uri> ReadAddressAsync(string phrase, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(phrase, StringComparison.OrdinalIgnoreCase) && Address().Match(line) is { Success: true } match)
            {
                DropOutput();
                return new Uri(match.Value);
            }
        }
        throw new InvalidOperationException("The process ended without saying where it listens.");
    }

    /// <summary>Drops what it prints.</summary>
    public void DropOutput() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);

    /// <summary>Ends it without a chance to tidy up.</summary>
    public Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        return _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var _ = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private long ReadStatus(string key)
    {
        foreach (var line in File.ReadLines($"/proc/{_process.Id}/status"))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
                return long.Parse(Digits().Match(line).ValueSpan, CultureInfo.InvariantCulture) * 1024;
        }
        return 0;
    }

    [GeneratedRegex(@"https?://[^\s,""]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
