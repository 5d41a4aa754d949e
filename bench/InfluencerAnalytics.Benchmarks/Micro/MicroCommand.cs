using System.CommandLine;
using BenchmarkDotNet.Running;

namespace InfluencerAnalytics.Benchmarks.Micro;

/// <summary>The micro-benchmarks, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    private static readonly Argument<string[]> Arguments = new("arguments") { Description = "For BenchmarkDotNet, for example --filter '*Message*'.", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var command = new Command("micro", "Micro-benchmarks by BenchmarkDotNet; --filter '*' runs all.") { Arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed =>
        {
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run([.. parsed.GetValue(Arguments) ?? [], .. parsed.UnmatchedTokens]);
            return 0;
        });
        return command;
    }
}
