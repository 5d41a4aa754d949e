using System.CommandLine;
using InfluencerAnalytics.Host.Commands.History;
using Mockstagram.Simulator;

namespace InfluencerAnalytics.Host.Commands;

/// <summary>The simulator's own command under this program's roof, and with it <c>simulate history</c>.</summary>
internal static class SimulateCommand
{
    public static (Command Command, string Notes) Create()
    {
        var command = SimulatorCommand.Create("simulate");
        // Its description is a page; the list of commands wants a sentence.
        var text = command.Description ?? "";
        var end = text.IndexOf(Environment.NewLine + Environment.NewLine, StringComparison.Ordinal);
        command.Description = end < 0 ? text : text[..end];
        command.Subcommands.Add(HistoryCommand.Create());
        return (command, end < 0 ? "" : text[end..].TrimStart());
    }
}
