using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Which process of the deployment this is.</summary>
/// <param name="Id">Of this run of it.</param>
/// <param name="Role">What it runs; "up" for everything.</param>
/// <param name="Host">The name of the machine.</param>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">Epoch milliseconds.</param>
internal sealed record ProcessIdentity(string Id, string Role, string Host, string Version, long StartedAt)
{
    // Two of the same role on one machine, or one that was started again, are two processes.
    private const int RandomBytes = 6;

    /// <summary>Of the process that begins now.</summary>
    public static ProcessIdentity New(string role, TimeProvider timeProvider)
    {
        var host = Environment.MachineName;
        var id = string.Create(CultureInfo.InvariantCulture, $"{role}-{host}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}");
        // Without the commit that a build may put behind it.
        var version = typeof(ProcessIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";
        return new ProcessIdentity(id, role, host, version, timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
