using System.CommandLine;

namespace InfluencerAnalytics.Benchmarks.Embedded;

/// <summary>Late points of a million influencers: how fast their hours are put right, and for how long others wait.</summary>
internal static class LatePointsCommand
{
    private static readonly Option<int> Influencers = new("--influencers") { Description = "Each with an hour that late points made wrong.", DefaultValueFactory = _ => 1_000_000 };
    private static readonly Option<int> Slots = new("--slots") { Description = "Late readings of each, all of the same hour.", DefaultValueFactory = _ => 2 };

    public static Command Create()
    {
        var command = new Command("late", "Seconds to put the hours right that late points made wrong, and the longest that the store keeps another caller waiting.") { Influencers, Slots };
        command.SetAction((parsed, _) => LatePointsBenchmark.RunAsync(parsed.InvocationConfiguration.Output, parsed.GetValue(Influencers), parsed.GetValue(Slots)));
        return command;
    }
}
