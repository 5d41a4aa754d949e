using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace InfluencerAnalytics.Host.Commands.Arguments;

/// <summary>The library's help, with the notes of the command below it.</summary>
internal sealed class NotedHelpAction(HelpAction inner, IReadOnlyDictionary<Command, string> notes) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = inner.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var text = command is DocumentedCommand documented ? documented.Notes : notes.GetValueOrDefault(command);
        if (!string.IsNullOrEmpty(text))
            parseResult.InvocationConfiguration.Output.WriteLine(text.TrimEnd() + Environment.NewLine);
        return result;
    }
}
