using InfluencerAnalytics.Configuration;

namespace InfluencerAnalytics.Host.Configuration;

/// <summary>
/// Where metrics and traces are sent, beside <c>/metrics</c>, which is always there. OpenTelemetry's own variables (<c>OTEL_EXPORTER_OTLP_*</c>, <c>OTEL_SERVICE_NAME</c>,
/// <c>OTEL_RESOURCE_ATTRIBUTES</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c>, <c>OTEL_TRACES_SAMPLER</c>, <c>OTEL_SDK_DISABLED</c>) count as well.
/// </summary>
internal sealed record TelemetryOptions : IValidatedOptions
{
    public static string Section => "Telemetry";

    /// <summary>
    /// A collector that takes OTLP: an absolute http or https address, such as <c>http://127.0.0.1:4317</c>. Default null: as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says,
    /// and nothing is sent when that is not set either.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>
    /// The share of a shard's visits that are traced, while there is a collector: 0 to 1, 0 for none. Default 0.01: of a million influencers at 60 s, 33 visits a second, that is one
    /// trace in three seconds.
    /// </summary>
    public double TraceRatio { get; init; } = 0.01;

    public void Validate(OptionsErrors errors)
    {
        if (OtlpEndpoint is not null && !(OtlpEndpoint.IsAbsoluteUri && OtlpEndpoint.Scheme is "http" or "https"))
            errors.Add(nameof(OtlpEndpoint), $"'{OtlpEndpoint}' is not an absolute http or https address.");
        else if (OtlpEndpoint is { UserInfo.Length: > 0 })
            errors.Add(nameof(OtlpEndpoint), "holds a name or a password. What the collector asks for goes into OTEL_EXPORTER_OTLP_HEADERS.");
        errors.Range(nameof(TraceRatio), TraceRatio, 0, 1);
    }
}
