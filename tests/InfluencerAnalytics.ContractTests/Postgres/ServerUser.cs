using System.Diagnostics;

namespace InfluencerAnalytics.ContractTests.Postgres;

/// <summary>Runs servers that refuse to run as root, as the user that Debian's packages make for them when the tests are root.</summary>
internal static class ServerUser
{
    private static readonly bool IsRoot = Environment.UserName == "root";

    /// <summary>How a program is started as it.</summary>
    public static ProcessStartInfo Start(string program, IEnumerable<string> arguments) => IsRoot
        ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", program, .. arguments]) { WorkingDirectory = Path.GetTempPath() }
        : new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.GetTempPath() };

    /// <summary>Makes a directory that is its own.</summary>
    public static void MakeDirectory(string path)
    {
        Directory.CreateDirectory(path);
        if (!IsRoot)
            return;
        using var chown = Process.Start("chown", ["-R", "postgres", path]);
        chown.WaitForExit();
    }
}
