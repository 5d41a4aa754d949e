using System.CommandLine;
using System.Text.Json;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>dead-letters</c>: what could not be processed, and why.</summary>
internal static class DeadLettersCommand
{
    private const string Path = "api/v1/dead-letters";

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
            using var api = client.Connect(result);
            var output = result.InvocationConfiguration.Output;
            var answer = await api.GetJsonAsync(Path + Query(result.GetValue(queue)), cancellationToken);
            if (result.GetValue(json))
                await output.WriteLineAsync(answer.GetRawText());
            else
                Print(answer, output);
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
            using var api = client.Connect(result);
            var chosen = result.GetValue(all) ? null : (result.GetValue(ids) ?? []).Distinct(StringComparer.Ordinal).ToArray();
            var replayed = await ReplayAsync(api, result.GetValue(queue), chosen, cancellationToken);
            await result.InvocationConfiguration.Output.WriteLineAsync($"{replayed} replayed.");
            if (chosen is null || replayed >= chosen.Length)
                return ExitCodes.Success;
            await result.InvocationConfiguration.Error.WriteLineAsync($"{chosen.Length - replayed} of the ids are of no dead letter{(result.GetValue(queue) is { } name ? $" of {name}" : "")}. 'dead-letters list' shows what there is.");
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
            using var api = client.Connect(result);
            foreach (var id in result.GetRequiredValue(ids))
            {
                await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(id)}", cancellationToken);
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

    private static string Query(string? queue) => queue is null ? "" : $"?queue={Uri.EscapeDataString(queue)}";

    private static async Task<int> ReplayAsync(ApiClient api, string? queue, string[]? ids, CancellationToken cancellationToken)
    {
        var answer = await api.PostJsonAsync($"{Path}/replay{Query(queue)}", new { ids }, cancellationToken);
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("replayed", out var count) ? count.GetInt32() : 0;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray()
        : answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("items", out var items) ? items.EnumerateArray()
        : default;

    private static void Print(JsonElement answer, TextWriter output)
    {
        var count = 0;
        foreach (var item in Items(answer))
        {
            count++;
            output.WriteLine($"{Text(item, "id")}  {Text(item, "at")}  {Text(item, "queue")}: {Text(item, "reason")}");
            output.WriteLine($"    {Shown(Text(item, "body"))}");
        }
        if (count == 0)
            output.WriteLine("There are no dead letters.");
        else if (Number(answer, "dead") is var dead && dead > count)
            output.WriteLine($"These are the oldest {count} of {dead}.");
        if (Number(answer, "droppedDead") is var dropped and > 0)
            output.WriteLine($"{dropped} older ones were dropped: no more are kept than Embedded:MaxDeadLetters and Embedded:MaxDeadLetterBytes allow.");
    }

    private static long Number(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText() : "-";

    // A body is anything at all: it must neither garble the terminal nor fill it.
    private static string Shown(string text)
    {
        var clean = new string(text.Take(201).Select(c => char.IsControl(c) ? '?' : c).ToArray());
        return clean.Length <= 200 ? clean : clean[..200] + "…";
    }
}
