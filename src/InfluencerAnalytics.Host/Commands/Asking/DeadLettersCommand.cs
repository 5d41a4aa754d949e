using System.CommandLine;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>dead-letters</c>: what could not be processed, and why.</summary>
internal static class DeadLettersCommand
{
    private const string Notes =
        """
        A message that cannot be processed is not lost: it is put aside with the reason. Look at it, mend the cause, and replay it;
        or drop it for good. Asks a running 'up' over HTTP.

        Examples:
          influencer-analytics dead-letters list
          influencer-analytics dead-letters replay --queue influencer_data_points --all
          influencer-analytics dead-letters drop 2-17

        """ + ExitCodes.Help;

    public static Command Create() =>
        new DocumentedCommand("dead-letters", "List, replay or drop messages that could not be processed.", Notes) { CreateList(), CreateReplay(), CreateDrop() };

    private static DocumentedCommand CreateList()
    {
        var client = new ClientOptionsGroup();
        var queue = QueueOption();
        var json = new Option<bool>("--json") { Description = "The API's own answer, for programs." };
        var command = new DocumentedCommand("list", "Show the dead letters, the oldest first, with the reason of each.", "Example:\n  influencer-analytics dead-letters list --queue influencer_data_points")
        {
            queue, json,
        };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var output = result.InvocationConfiguration.Output;
            var letters = await server.AskAsync(api => api.ListDeadLettersAsync(result.GetValue(queue), cancellationToken: cancellationToken));
            if (result.GetValue(json))
                await output.WriteLineAsync(AnswerJson.Line(letters));
            else
                Print(letters, output);
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateReplay()
    {
        var client = new ClientOptionsGroup();
        var queue = QueueOption();
        var ids = new Argument<string[]>("ID") { Description = "Which, as 'list' shows them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of them (of the queue, when one is named)." };
        var command = new DocumentedCommand("replay", "Send dead letters to their queue again.", "Examples:\n  influencer-analytics dead-letters replay 2-17 2-18\n  influencer-analytics dead-letters replay --all")
        {
            ids, queue, all,
        };
        client.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(ids) ?? []).Length > 0 == result.GetValue(all))
                result.AddError("Name the ids to replay, or --all; not both.");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var chosen = result.GetValue(all) ? null : (result.GetValue(ids) ?? []).Distinct(StringComparer.Ordinal).ToArray();
            var answer = await server.AskAsync(api => api.ReplayDeadLettersAsync(chosen, result.GetValue(queue), cancellationToken));
            await result.InvocationConfiguration.Output.WriteLineAsync($"{answer.Replayed} replayed.");
            if (chosen is null || answer.Replayed >= chosen.Length)
                return ExitCodes.Success;
            await result.InvocationConfiguration.Error.WriteLineAsync($"{chosen.Length - answer.Replayed} of the ids are of no dead letter{(result.GetValue(queue) is { } name ? $" of {name}" : "")}. 'dead-letters list' shows what there is.");
            return ExitCodes.Failure;
        });
        return command;
    }

    private static DocumentedCommand CreateDrop()
    {
        var client = new ClientOptionsGroup();
        var ids = new Argument<string[]>("ID") { Description = "Which, as 'list' shows them.", Arity = ArgumentArity.OneOrMore };
        var command = new DocumentedCommand("drop", "Drop dead letters for good.", "Example:\n  influencer-analytics dead-letters drop 2-17") { ids };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            foreach (var id in result.GetRequiredValue(ids))
            {
                await server.AskAsync(api => api.DropDeadLetterAsync(id, cancellationToken: cancellationToken));
                await result.InvocationConfiguration.Output.WriteLineAsync($"{id} dropped.");
            }
            return ExitCodes.Success;
        });
        return command;
    }

    private static Option<string?> QueueOption()
    {
        var option = new Option<string?>("--queue") { Description = "Only those of this queue.", HelpName = "NAME" };
        option.AcceptOnlyFromAmong([.. QueueNames.All]);
        return option;
    }

    private static void Print(DeadLettersResponse letters, TextWriter output)
    {
        foreach (var letter in letters.Items)
        {
            output.WriteLine($"{letter.Id}  {letter.At}  {letter.Queue}: {letter.Reason}");
            output.WriteLine($"    {Shown(letter.Body)}");
        }
        if (letters.Items.Count == 0)
            output.WriteLine("There are no dead letters.");
        else if (letters.Dead > letters.Items.Count)
            output.WriteLine($"These are the oldest {letters.Items.Count} of {letters.Dead}.");
        if (letters.DroppedDead > 0)
            output.WriteLine($"{letters.DroppedDead} older ones were dropped: no more are kept than Embedded:MaxDeadLetters and Embedded:MaxDeadLetterBytes allow.");
    }

    // A body is anything at all: it must neither garble the terminal nor fill it.
    private static string Shown(string text)
    {
        var clean = new string(text.Take(201).Select(c => char.IsControl(c) ? '?' : c).ToArray());
        return clean.Length <= 200 ? clean : clean[..200] + "…";
    }
}
