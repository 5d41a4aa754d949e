using System.CommandLine;
using System.Text.Json;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfluencerAnalytics.Host.Commands;

/// <summary><c>status</c>: what a running <c>up</c> is doing.</summary>
internal static class StatusCommand
{
    private const string Path = "api/v1/pipeline";

    private const string Notes =
        """
        Asks a running 'up' over HTTP. Coverage is the share of the tracked influencers of whom a slot has a reading.

        Examples:
          influencer-analytics status
          influencer-analytics status --watch
          influencer-analytics status --json | jq .queues

        """ + ExitCodes.Help;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var client = new ClientOptionsGroup();
        var watch = new Option<bool>("--watch") { Description = "Draw it again every second, until Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "The API's own answer, for programs." };
        var command = new DocumentedCommand("status", "Show what a running 'up' is doing: coverage, rates, queues, store.", Notes) { watch, json };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var api = client.Connect(result);
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(watch))
                return await WatchAsync(api, result.GetValue(json), output, cancellationToken);
            var answer = await api.GetJsonAsync(Path, cancellationToken);
            if (result.GetValue(json))
                await output.WriteLineAsync(JsonSerializer.Serialize(answer, Indented));
            else
                ConsoleFor(output).Write(Render(answer, await api.ReadUnreadinessAsync(cancellationToken)));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>One JSON line, or one picture, a second. The first answer must come; later ones may fail and be shown as failed.</summary>
    private static async Task<int> WatchAsync(ApiClient api, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var answer = await api.GetJsonAsync(Path, cancellationToken);
        if (json || Console.IsOutputRedirected)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (json)
                    await output.WriteLineAsync(answer.GetRawText());
                else
                    ConsoleFor(output).Write(Render(answer, await api.ReadUnreadinessAsync(cancellationToken)));
                await PauseAsync(cancellationToken);
                if (!cancellationToken.IsCancellationRequested)
                    answer = await api.GetJsonAsync(Path, cancellationToken);
            }
            return ExitCodes.Success;
        }
        Signals.Ending += AnsiConsole.Cursor.Show;
        await AnsiConsole.Live(new Text("")).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                context.UpdateTarget(await DrawAsync(api, cancellationToken));
                await PauseAsync(cancellationToken);
            }
        });
        return ExitCodes.Success;
    }

    private static async Task<IRenderable> DrawAsync(ApiClient api, CancellationToken cancellationToken)
    {
        try
        {
            return Render(await api.GetJsonAsync(Path, cancellationToken), await api.ReadUnreadinessAsync(cancellationToken));
        }
        catch (CommandFailedException exception)
        {
            return new Markup($"[yellow]{exception.Message.EscapeMarkup()}[/]");
        }
        catch (OperationCanceledException)
        {
            return new Text("");
        }
    }

    /// <exception cref="CommandFailedException">Something else than this program answered.</exception>
    private static IRenderable Render(JsonElement answer, IReadOnlyList<string> problems)
    {
        try
        {
            if (answer.Deserialize(ApiJsonContext.Default.PipelineResponse) is { Fetch: not null, Ingest: not null, Store: not null } pipeline)
                return StatusRenderer.Render(pipeline, problems);
        }
        catch (JsonException)
        {
            // Falls through to the same words.
        }
        throw new CommandFailedException(ExitCodes.Failure, "The answer is not what this version understands; is it influencer-analytics of the same version that listens there? --json shows the answer.");
    }

    private static async Task PauseAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A terminal gets its colours; anything else gets plain text, wide enough not to wrap.</summary>
    private static IAnsiConsole ConsoleFor(TextWriter output)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = 160;
        return console;
    }
}
