using InfluencerAnalytics.Configuration;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Metrics;
using Microsoft.AspNetCore.RateLimiting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace InfluencerAnalytics.Host.Telemetry;

/// <summary>Shows the figures of a process to those who watch over it: <c>/metrics</c> for Prometheus, and metrics and traces to a collector that is configured.</summary>
internal static class TelemetryExtensions
{
    // The framework's own: memory, garbage collection, threads.
    private const string RuntimeMeter = "System.Runtime";

    // However many ask, and however often, the figures are gathered once in so long: nobody can slow the API with it.
    private const int GatheredForMs = 1000;

    /// <param name="builder">Of a checked configuration.</param>
    /// <param name="role">Said with every figure and trace.</param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, string role)
    {
        builder.Services.AddValidatedOptions<TelemetryOptions>();
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        var standard = new StandardVariables(builder.Configuration);
        if (standard.AreOff)
            return builder;
        standard.SendTo(options.OtlpEndpoint);

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => TelemetryResource.Describe(resource, role));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(ProgramMeter.Name, RuntimeMeter).AddPrometheusExporter(prometheus =>
            {
                prometheus.ScrapeResponseCacheDurationMilliseconds = GatheredForMs;
                prometheus.ScopeInfoEnabled = false;
                prometheus.ResourceConstantLabels = static attribute => attribute == TelemetryResource.Role;
            });
            if (standard.HaveMetricsEndpoint)
                metrics.AddOtlpExporter();
        });
        // Without a listener no span is made at all.
        if (standard.HaveTracesEndpoint && options.TraceRatio > 0)
            telemetry.WithTracing(traces => AddTraces(traces, options.TraceRatio, standard));
        return builder;
    }

    /// <summary>
    /// Maps <c>/metrics</c>: read as everything else is, with a key where reading needs one. The rate limit is not for it, so that a busy dashboard behind the same address does not
    /// hide how the program is.
    /// </summary>
    public static WebApplication MapMetrics(this WebApplication app)
    {
        // OTEL_SDK_DISABLED leaves nothing to show.
        if (app.Services.GetService<MeterProvider>() is not null)
            app.MapPrometheusScrapingEndpoint().WithMetadata(new DisableRateLimitingAttribute());
        return app;
    }

    private static void AddTraces(TracerProviderBuilder traces, double ratio, StandardVariables standard)
    {
        traces.AddSource(ProgramTraces.Name).AddOtlpExporter();
        // One set in code would win over the variable. A write belongs to the visit's trace, wherever that was sampled.
        if (!standard.HaveSampler)
            traces.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)));
    }
}
