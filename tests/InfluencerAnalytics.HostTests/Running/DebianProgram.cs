using System.Diagnostics;

namespace InfluencerAnalytics.HostTests.Running;

/// <summary>A program of a Debian package, which test.sh installs where it can. Without it the tests that need it are skipped and say so.</summary>
internal static class DebianProgram
{
    /// <summary>Where it is; skips the test when it is nowhere on the path.</summary>
    public static string Find(string program, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"{program} is not installed (Debian: {package}).");
        return found!;
    }

    /// <summary>Runs it to its end, and returns its exit code and what it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string path, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
