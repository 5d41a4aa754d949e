using System.Globalization;
using InfluencerAnalytics.Client.Contract;
using Mockstagram.Simulator.Parsing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfluencerAnalytics.Host.Status;

/// <summary>Draws a status for a terminal.</summary>
internal static class StatusRenderer
{
    private const int BarWidth = 16;

    /// <param name="pipeline">What is going on.</param>
    /// <param name="problems">Why it is not ready; empty when it is.</param>
    public static IRenderable Render(PipelineResponse pipeline, IReadOnlyList<string> problems)
    {
        var parts = new List<IRenderable> { Slots(pipeline.Slots ?? []), Figures(pipeline), Queues(pipeline) };
        // One process has nothing to add up, and its problems are those below.
        if (pipeline.Processes.Count > 1)
            parts.Add(ProcessTable.Of(pipeline.Processes));
        foreach (var problem in problems.Prepend(pipeline.QueueProblem).OfType<string>())
            parts.Add(new Markup($"[yellow]! {problem.EscapeMarkup()}[/]"));
        foreach (var (name, queue) in pipeline.Queues ?? new Dictionary<string, QueueResponse>())
        {
            if (queue.Problem is { } unread)
                parts.Add(new Markup($"[yellow]! {unread.EscapeMarkup()}[/]"));
            if (queue.NewerVersion > 0)
                parts.Add(new Markup($"[yellow]! {Amounts.Count(queue.NewerVersion)} messages in {name.EscapeMarkup()} are of a newer version and wait for a newer program.[/]"));
        }
        return new Rows(parts);
    }

    private static Table Slots(IReadOnlyList<SlotResponse> slots)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("slot (UTC)").AddColumn(new TableColumn("coverage").NoWrap())
            .AddColumn(new TableColumn("stored").RightAligned()).AddColumn(new TableColumn("tracked").RightAligned()).AddColumn("").AddColumn("missed").AddColumn(new TableColumn("gone").RightAligned());
        foreach (var slot in slots)
        {
            var share = slot.Coverage ?? 0;
            var color = !slot.Final ? "grey" : share >= 1 ? "green" : share >= 0.99 ? "yellow" : "red";
            var filled = (int)Math.Floor(share * BarWidth);
            table.AddRow(
                SlotTime(slot),
                $"[{color}]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/]",
                Amounts.Count(slot.Stored),
                Amounts.Count(slot.Tracked),
                $"[{color}]{(slot.Coverage is null ? "-" : Amounts.Percent(share))}{(slot.Final ? "" : " so far")}[/]",
                Amounts.ByReason(slot.Missed).EscapeMarkup(),
                slot.Gone == 0 ? "" : $"[yellow]{Amounts.Count(slot.Gone)}[/]");
        }
        if (slots.Count == 0)
            table.AddRow("-", "[grey]no slot yet[/]");
        return table;
    }

    private static Grid Figures(PipelineResponse pipeline)
    {
        var (fetch, ingest, store) = (pipeline.Fetch, pipeline.Ingest, pipeline.Store);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "influencers", Roster(pipeline));
        Row(grid, "fetched", $"{Amounts.Count(fetch.PerSecond)}/s, {Amounts.Count(fetch.InFlight)} in flight of at most {Amounts.Count(fetch.ConcurrencyLimit)}");
        if (fetch.AwaySince is { } since)
            grid.AddRow(new Markup("[bold]provider[/]"), new Markup($"[red]away since {since.EscapeMarkup()}, mostly {fetch.AwayReason.EscapeMarkup()}; only probes are sent until it answers again[/]"));
        else if (fetch.PausedUntil is { } until)
            Row(grid, "provider", $"asked for a pause (Retry-After) until {until}; one request tries once an interval");
        else if (fetch.RateLimit is { } rate)
            Row(grid, "provider", fetch.ProviderRefuses ? $"refused requests (429) lately: asked at most {Amounts.Count(rate)} times a second" : $"asked at most {Amounts.Count(rate)} times a second, as configured");
        Row(grid, "failed attempts", fetch.Failures.Count == 0 ? "none" : Amounts.ByReason(fetch.Failures));
        Row(grid, "stored", $"{Amounts.Count(ingest.PerSecond)}/s, {(ingest.LagSeconds is { } lag ? Amounts.Seconds(lag) : "-")} after it was read");
        if (ingest.Refused > 0)
            Row(grid, "refused", $"{Amounts.Count(ingest.Refused)} readings of influencers that are not on the roster");
        Row(grid, "store", $"{store.Kind}, {store.State}{(store.UsedBytes is { } used ? $", {Amounts.Bytes(used)} used" : "")}{(store.Detail is null ? "" : $": {store.Detail}")}");
        Row(grid, "disk", Amounts.Forecast(store));
        return grid;
    }

    private static string Roster(PipelineResponse pipeline) =>
        pipeline.Tracked is not { } tracked ? "not known"
        : $"{Amounts.Count(tracked)} tracked"
            + (pipeline.Gone > 0 ? $", {Amounts.Count(pipeline.Gone.Value)} gone, unknown to the provider" : "")
            + (pipeline.Interval is { } seconds ? $", once every {DurationText.Format(TimeSpan.FromSeconds(seconds))}" : ", not seeded yet");

    private static string SlotTime(SlotResponse slot) =>
        DateTimeOffset.TryParse(slot.Slot, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : slot.Slot;

    private static Table Queues(PipelineResponse pipeline)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("queue")
            .AddColumn(new TableColumn("waiting").RightAligned()).AddColumn(new TableColumn("oldest").RightAligned())
            .AddColumn(new TableColumn("hidden").RightAligned()).AddColumn(new TableColumn("dead").RightAligned());
        foreach (var (name, queue) in pipeline.Queues ?? new Dictionary<string, QueueResponse>())
        {
            table.AddRow(
                name.EscapeMarkup(), Known(queue.Waiting), queue.Waiting > 0 && queue.OldestSeconds is { } oldest ? Amounts.Seconds(oldest) : "-",
                Known(queue.InFlight + queue.Delayed), Dead(queue));
        }
        return table;
    }

    private static string Known(long? count) => count is { } known ? Amounts.Count(known) : "?";

    private static string Dead(QueueResponse queue) =>
        (queue.Dead switch { null => "?", 0 => "0", { } dead => $"[red]{Amounts.Count(dead)}[/]" })
        + (queue.DroppedDead is > 0 and { } dropped ? $" [red](+{Amounts.Count(dropped)} dropped)[/]" : "");

    private static void Row(Grid grid, string name, string text) => grid.AddRow(new Markup($"[bold]{name}[/]"), new Text(text));
}
