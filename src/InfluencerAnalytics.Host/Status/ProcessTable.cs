using InfluencerAnalytics.Client.Contract;
using Spectre.Console;

namespace InfluencerAnalytics.Host.Status;

/// <summary>Draws the processes of a deployment for a terminal, a line each.</summary>
internal static class ProcessTable
{
    public static Table Of(IReadOnlyList<ProcessResponse> processes)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("process").AddColumn("on").AddColumn("version")
            .AddColumn(new TableColumn("fetched").RightAligned()).AddColumn(new TableColumn("stored").RightAligned()).AddColumn("state");
        foreach (var process in processes)
        {
            table.AddRow(
                process.Role.EscapeMarkup(), process.Host.EscapeMarkup(), process.Version.EscapeMarkup(), Rate(process, process.FetchedPerSecond), Rate(process, process.StoredPerSecond),
                State(process));
        }
        return table;
    }

    // What one did that is silent now is no rate of today.
    private static string Rate(ProcessResponse process, double perSecond) => process.Counted && perSecond > 0 ? $"{Amounts.Count(perSecond)}/s" : "-";

    private static string State(ProcessResponse process)
    {
        if (!process.Counted)
            return $"[red]last heard of {Amounts.Seconds(Math.Floor(process.SilentSeconds))} ago[/]";
        if (process.Problem is { } problem)
            return $"[yellow]{problem.EscapeMarkup()}[/]";
        return process.Notes.Count == 0 ? "[green]ready[/]" : $"[green]ready[/]: {string.Join(" ", process.Notes).EscapeMarkup()}";
    }
}
