using Spectre.Console;

namespace InfluencerAnalytics.Host.Status;

/// <summary>A progress bar on standard error when that is a terminal; nothing otherwise, so that output stays clean.</summary>
internal static class ProgressBar
{
    /// <param name="label">What is being done.</param>
    /// <param name="total">How much there is.</param>
    /// <param name="work">Gets what to call with each piece that is done.</param>
    public static Task<T> RunAsync<T>(string label, double total, Func<Action<int>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return work(_ => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(label, maxValue: Math.Max(1, total));
                return work(count => task.Increment(count));
            });
    }
}
