using System.Globalization;
using System.Reflection;
using OpenTelemetry.Resources;

namespace InfluencerAnalytics.Host.Telemetry;

/// <summary>What metrics and traces say of the process that they come from.</summary>
internal static class TelemetryResource
{
    /// <summary>Which role it is; on every series of <c>/metrics</c> as well.</summary>
    public const string Role = "role";

    private const string ServiceName = "influencer-analytics";

    /// <summary>The role, name, version and instance; what <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> say comes last and goes before these.</summary>
    public static void Describe(ResourceBuilder resource, string role) => resource.Clear()
        .AddService(ServiceName, serviceVersion: Version, serviceInstanceId: string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"))
        .AddAttributes([new(Role, role)])
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static string Version => typeof(TelemetryResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
