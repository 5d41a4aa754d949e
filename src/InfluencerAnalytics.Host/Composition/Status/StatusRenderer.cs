using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>Draws a status for a terminal.</summary>
internal static class StatusRenderer
{
    private const int BarWidth = 24;

    public static IRenderable Render(StatusView view)
    {
        var parts = new List<IRenderable> { Slots(view), Figures(view), Queues(view) };
        foreach (var problem in view.Problems)
            parts.Add(new Markup($"[yellow]! {problem.EscapeMarkup()}[/]"));
        return new Rows(parts);
    }

    private static Table Slots(StatusView view)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("slot (UTC)").AddColumn("coverage")
            .AddColumn(new TableColumn("stored").RightAligned()).AddColumn(new TableColumn("tracked").RightAligned()).AddColumn("");
        foreach (var slot in view.Slots)
        {
            var share = slot.Coverage ?? 0;
            var color = !slot.Final ? "grey" : share >= 1 ? "green" : share >= 0.99 ? "yellow" : "red";
            var filled = (int)Math.Floor(share * BarWidth);
            table.AddRow(
                slot.Slot.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
                $"[{color}]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/]",
                Amounts.Count(slot.Stored),
                Amounts.Count(slot.Tracked),
                $"[{color}]{(slot.Coverage is null ? "-" : Amounts.Percent(share))}{(slot.Final ? "" : " so far")}[/]");
        }
        if (view.Slots.Count == 0)
            table.AddRow("-", "[grey]no slot yet[/]", "", "", "");
        return table;
    }

    private static Grid Figures(StatusView view)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        var roster = view.Tracked is { } tracked ? $"{Amounts.Count(tracked)} tracked{(view.Gone > 0 ? $", {Amounts.Count(view.Gone.Value)} unknown to the provider" : "")}, " : "";
        Row(grid, "influencers", $"{roster}once every {(view.Interval is { } interval ? DurationText.Format(interval) : "-")}");
        if (view.Fetch is { } fetch)
        {
            var limit = fetch.Limit is > 0 and var most ? $" of at most {most}" : "";
            Row(grid, "fetched", $"{Amounts.Count(fetch.PerSecond)}/s, {fetch.InFlight} in flight{limit}");
            if (fetch.CircuitOpen)
                grid.AddRow(new Markup("[bold]provider[/]"), new Markup("[red]fails; only probes are sent until it answers again[/]"));
            var failures = string.Join(", ", fetch.Failures.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {Amounts.Count(pair.Value)}"));
            Row(grid, "failed attempts", failures.Length == 0 ? "none" : failures);
        }
        if (view.Ingest is { } ingest)
            Row(grid, "stored", $"{Amounts.Count(ingest.PerSecond)}/s, {(ingest.LagSeconds is { } lag ? Amounts.Seconds(lag) : "-")} after it was read");
        if (view.Store is { } store)
        {
            Row(grid, "store", $"{store.Kind}, {store.State}{(store.UsedBytes is { } used ? $", {Amounts.Bytes(used)} used" : "")}");
            if (store.FreeBytes is not null)
                Row(grid, "disk", Amounts.Forecast(store));
        }
        return grid;
    }

    private static Table Queues(StatusView view)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("queue")
            .AddColumn(new TableColumn("waiting").RightAligned()).AddColumn(new TableColumn("oldest").RightAligned())
            .AddColumn(new TableColumn("hidden").RightAligned()).AddColumn(new TableColumn("dead").RightAligned());
        foreach (var queue in view.Queues)
        {
            table.AddRow(
                queue.Name.EscapeMarkup(), Amounts.Count(queue.Waiting), queue.Waiting == 0 ? "-" : Amounts.Seconds(queue.OldestSeconds),
                Amounts.Count(queue.InFlight), queue.Dead == 0 ? "0" : $"[red]{Amounts.Count(queue.Dead)}[/]");
        }
        return table;
    }

    private static void Row(Grid grid, string name, string text) => grid.AddRow(new Markup($"[bold]{name}[/]"), new Text(text));
}
