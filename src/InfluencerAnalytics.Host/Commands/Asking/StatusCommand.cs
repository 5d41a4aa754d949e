using System.CommandLine;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Commands.Arguments;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfluencerAnalytics.Host.Commands.Asking;

/// <summary><c>status</c>: what a running <c>up</c> is doing.</summary>
internal static class StatusCommand
{
    private const string Notes =
        """
        Asks a running 'up' over HTTP. Coverage is the share of the tracked influencers of whom a slot has a reading.

        Examples:
          influencer-analytics status
          influencer-analytics status --watch
          influencer-analytics status --json | jq .queues

        """ + ExitCodes.Help;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var client = new ClientOptionsGroup();
        var watch = new Option<bool>("--watch") { Description = "Draw it again every second, until Ctrl-C." };
        var json = new Option<bool>("--json") { Description = "The API's own answer, for programs." };
        var command = new DocumentedCommand("status", "Show what a running 'up' is doing: coverage, rates, queues, store.", Notes) { watch, json };
        client.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            using var server = client.Connect(result);
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(watch))
                return await WatchAsync(server, result.GetValue(json), output, cancellationToken);
            var pipeline = await ReadAsync(server, cancellationToken);
            if (result.GetValue(json))
                await output.WriteLineAsync(AnswerJson.Lines(pipeline));
            else
                ConsoleFor(output).Write(await RenderAsync(server, pipeline, cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>One JSON line, or one picture, a second. The first answer must come; later ones may fail and be shown as failed.</summary>
    private static async Task<int> WatchAsync(RunningServer server, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var pipeline = await ReadAsync(server, cancellationToken);
        if (json || Console.IsOutputRedirected)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (json)
                    await output.WriteLineAsync(AnswerJson.Line(pipeline));
                else
                    ConsoleFor(output).Write(await RenderAsync(server, pipeline, cancellationToken));
                await PauseAsync(cancellationToken);
                if (!cancellationToken.IsCancellationRequested)
                    pipeline = await ReadAsync(server, cancellationToken);
            }
            return ExitCodes.Success;
        }
        Signals.Ending += AnsiConsole.Cursor.Show;
        await AnsiConsole.Live(new Text("")).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                context.UpdateTarget(await DrawAsync(server, cancellationToken));
                await PauseAsync(cancellationToken);
            }
        });
        return ExitCodes.Success;
    }

    private static async Task<IRenderable> DrawAsync(RunningServer server, CancellationToken cancellationToken)
    {
        try
        {
            return await RenderAsync(server, await ReadAsync(server, cancellationToken), cancellationToken);
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

    private static Task<PipelineResponse> ReadAsync(RunningServer server, CancellationToken cancellationToken) =>
        server.AskAsync(api => api.GetPipelineAsync(cancellationToken));

    private static async Task<IRenderable> RenderAsync(RunningServer server, PipelineResponse pipeline, CancellationToken cancellationToken) =>
        StatusRenderer.Render(pipeline, (await server.AskAsync(api => api.GetReadyAsync(cancellationToken))).Reasons);

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
