using System.Globalization;
using System.Text;
using InfluencerAnalytics.Benchmarks.Weather;
using InfluencerAnalytics.HostTests.Running;

namespace InfluencerAnalytics.HostTests.Weather;

/// <summary>Two and a half minutes of what <c>weather</c> of the benchmark program does in an hour, by the same code and the same rules.</summary>
[Collection(AloneCollection.Name)]
public sealed class WeatherTests(ITestOutputHelper output)
{
    // A quarter hangs, which the number in flight at a start cannot carry; then a limit of 168 a second where 300 are wanted, 150 ms away; then 5% of the connections are reset.
    private const int DefaultSeed = 10233;

    // So little that a noisy machine of two cores can carry it: 300 readings a second.
    private const int Influencers = 1_500;
    private const int IntervalSeconds = 5;

    private const int Turns = 3;
    // Half a minute of each fault: the climb from what a start has in flight is a part of it.
    private const int TurnSeconds = 40;
    private const int CalmAtEndSeconds = 10;

    // Another weather: WEATHER_SEED=7.
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("WEATHER_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : DefaultSeed;

    [Fact]
    public async Task Up_TwoMinutesOfWeather_ComesThrough()
    {
        var table = new StringBuilder();
        void Print(string line)
        {
            table.AppendLine(line);
            output.WriteLine(line);
        }
        var settings = new WeatherSettings(Influencers, IntervalSeconds, Turns, TurnSeconds, CalmAtEndSeconds, Seed);
        var errors = await new WeatherRun(settings, Print).RunAsync(TestContext.Current.CancellationToken);
        errors.ShouldBeEmpty($"seed {Seed}:\n{string.Join('\n', errors)}\n{table}");
    }
}
