using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Host.Logging;
using InfluencerAnalytics.Host.Processes;
using InfluencerAnalytics.Host.Reporting;
using InfluencerAnalytics.Host.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfluencerAnalytics.Host.Commands.Hosting;

/// <summary>The screen of <c>up</c> on a terminal, drawn once a second.</summary>
internal sealed class LiveStatus(
    IAnsiConsole console,
    PipelineReport report,
    ProcessReadiness readiness,
    RecentWarnings warnings,
    LiveAddresses addresses,
    TimeProvider timeProvider)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _started = timeProvider.GetTimestamp();

    /// <summary>Draws until cancelled, and gives the terminal back as it was.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Signals.Ending += ShowCursor;
        try
        {
            await console.Live(new Text("Starting…")).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    context.UpdateTarget(Render(await report.ReadAsync(CancellationToken.None)));
                    await Task.Delay(Pause, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            });
        }
        finally
        {
            Signals.Ending -= ShowCursor;
        }
    }

    private Rows Render(PipelineResponse pipeline)
    {
        var parts = new List<IRenderable> { Header(), StatusRenderer.Render(pipeline, readiness.WorkerProblems) };
        foreach (var warning in warnings.Snapshot())
        {
            var color = warning.Level >= LogLevel.Error ? "red" : "yellow";
            var age = Amounts.Seconds(Math.Floor(timeProvider.GetElapsedTime(warning.Timestamp).TotalSeconds));
            parts.Add(new Markup($"[grey]{warning.Time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}, {age} ago[/] [{color}]{Short(warning.Message).EscapeMarkup()}[/]"));
        }
        parts.Add(new Markup("[grey]Ctrl-C stops; a second one at once.[/]"));
        return new Rows(parts);
    }

    private Grid Header()
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        var uptime = timeProvider.GetElapsedTime(_started);
        Row(grid, "open", $"{addresses.Site}  (API: {new Uri(addresses.Site, "docs")})");
        Row(grid, "data", addresses.DataDirectory);
        Row(grid, "API key", $"in {addresses.KeyFile}");
        Row(grid, "provider", addresses.Provider);
        Row(grid, "log", addresses.LogFile);
        Row(grid, "process", $"{Amounts.Bytes(Environment.WorkingSet)} memory, up for {Amounts.Seconds(uptime.TotalSeconds)}");
        return grid;
    }

    private static string Short(string text) => text.Length <= 160 ? text : string.Concat(text.AsSpan(0, 159), "…");

    private static void Row(Grid grid, string name, string text) => grid.AddRow(new Markup($"[bold]{name}[/]"), new Text(text));

    private void ShowCursor() => console.Cursor.Show();
}

/// <summary>What the screen tells about where things are.</summary>
internal sealed record LiveAddresses(Uri Site, string DataDirectory, string KeyFile, string Provider, string LogFile);
