namespace InfluencerAnalytics.Host.Telemetry;

/// <summary>What OpenTelemetry's own variables say, which its SDK reads from the configuration itself; here is what it leaves to the program.</summary>
internal sealed class StandardVariables(ConfigurationManager configuration)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public bool AreOff => string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);

    public bool HaveMetricsEndpoint => Has(Endpoint) || Has("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");

    public bool HaveTracesEndpoint => Has(Endpoint) || Has("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    public bool HaveSampler => Has("OTEL_TRACES_SAMPLER");

    /// <summary>Sends to an address as if the variable had named it: set in code, the paths of OTLP over HTTP would not be added to it.</summary>
    public void SendTo(Uri? endpoint)
    {
        if (endpoint is not null)
            configuration.AddInMemoryCollection([new(Endpoint, endpoint.OriginalString)]);
    }

    private bool Has(string name) => !string.IsNullOrEmpty(configuration[name]);
}
