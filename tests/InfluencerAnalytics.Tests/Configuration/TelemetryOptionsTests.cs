using InfluencerAnalytics.Host.Configuration;
using Microsoft.Extensions.Configuration;

namespace InfluencerAnalytics.Tests.Configuration;

public sealed class TelemetryOptionsTests
{
    [Theory]
    [InlineData("OtlpEndpoint", "collector:4317", "is not an absolute http or https address")]
    [InlineData("OtlpEndpoint", "/v1", "is not an absolute http or https address")]
    [InlineData("OtlpEndpoint", "http://me:secret@collector:4317", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("TraceRatio", "1.5", "is not between 0 and 1")]
    [InlineData("TraceRatio", "-0.1", "is not between 0 and 1")]
    public void Check_ValueThatCannotBeUsed_NamesTheKeyAndNoSecret(string key, string value, string problem)
    {
        var error = Check(key, value).ShouldHaveSingleItem();
        error.ShouldStartWith($"Telemetry:{key}: ");
        error.ShouldContain(problem);
        error.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("OtlpEndpoint", "https://collector.example.com:4318")]
    [InlineData("TraceRatio", "0")]
    [InlineData("TraceRatio", "1")]
    public void Check_ValueThatCanBeUsed_NoError(string key, string value) => Check(key, value).ShouldBeEmpty();

    private static IReadOnlyList<string> Check(string key, string value) =>
        OptionsCheck.Run(new ConfigurationBuilder().AddInMemoryCollection([new($"Telemetry:{key}", value)]).Build(), OptionsSection.All).Errors;
}
