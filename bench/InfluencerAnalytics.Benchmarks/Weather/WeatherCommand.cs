using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Weather;

/// <summary>An hour of the program with another fault every minute, and a verdict.</summary>
internal static class WeatherCommand
{
    private const int CalmMinutes = 5;

    private static readonly Option<int> Minutes = new("--minutes") { Description = "In all; none has a fault in the last five.", DefaultValueFactory = _ => 60 };
    private static readonly Option<int> Influencers = new("--influencers") { Description = "How many.", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<int> Interval = new("--interval") { Description = "In seconds.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Seed = new("--seed") { Description = "The same seed gives the same weather.", DefaultValueFactory = _ => 1 };

    public static Command Create()
    {
        var command = new Command("weather", "Another fault every minute: good answers, recovery, accounting, ledger and memory are judged; exit code 1 when any fails.") { Minutes, Influencers, Interval, Seed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var turns = Math.Max(1, parsed.GetValue(Minutes) - CalmMinutes);
            var settings = new WeatherSettings(
                parsed.GetValue(Influencers), parsed.GetValue(Interval), turns, TurnSeconds: 60, CalmMinutes * 60, parsed.GetValue(Seed));
            var errors = await new WeatherRun(settings, Console.WriteLine).RunAsync(cancellationToken);
            foreach (var error in errors)
                Console.WriteLine($"FAILED: {error}");
            Console.WriteLine($"seed {settings.Seed}: {(errors.Count == 0 ? "came through" : $"{errors.Count} failed")}");
            return errors.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
