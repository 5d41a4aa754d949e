using System.Globalization;
using System.Text.Json;
using InfluencerAnalytics.Influencers;

namespace InfluencerAnalytics.Host.Composition.Status;

/// <summary>Reads the answer of <c>GET /api/v1/pipeline</c>. What is missing is shown as not known, so that versions may differ.</summary>
internal static class PipelineAnswer
{
    public static StatusView Read(JsonElement answer, DateTimeOffset now)
    {
        var interval = ReadInterval(answer);
        var fetch = Child(answer, "fetch");
        var ingest = Child(answer, "ingest");
        var store = Child(answer, "store");
        return new StatusView(
            now,
            interval,
            ReadSlots(Child(answer, "slots"), interval, now),
            fetch.ValueKind != JsonValueKind.Object ? null : new FetchLine(
                Number(fetch, "perSecond") ?? 0, (int)(Number(fetch, "inFlight") ?? 0), (int?)Number(fetch, "limit"), Flag(fetch, "circuitOpen"), ReadFailures(Child(fetch, "failures"))),
            ingest.ValueKind != JsonValueKind.Object ? null : new IngestLine(Number(ingest, "perSecond") ?? 0, Number(ingest, "lagSeconds")),
            ReadQueues(Child(answer, "queues")),
            store.ValueKind != JsonValueKind.Object ? null : new StoreLine(
                Text(store, "kind") ?? "-", Text(store, "state") ?? "-", (long?)Number(store, "usedBytes"), (long?)Number(store, "freeBytes"), null),
            []);
    }

    private static TimeSpan? ReadInterval(JsonElement answer)
    {
        var value = Child(answer, "interval");
        if (value.ValueKind == JsonValueKind.Number)
            return TimeSpan.FromSeconds(value.GetDouble());
        return value.ValueKind == JsonValueKind.String && DurationText.TryParse(value.GetString(), out var interval) ? interval : null;
    }

    private static List<SlotLine> ReadSlots(JsonElement slots, TimeSpan? interval, DateTimeOffset now)
    {
        var lines = new List<SlotLine>();
        if (slots.ValueKind != JsonValueKind.Array)
            return lines;
        foreach (var slot in slots.EnumerateArray())
        {
            if (Time(Child(slot, "slot")) is not { } start)
                continue;
            var final = interval is { } known && SlotGrid.IsValidInterval(known) && new SlotGrid(known).FinalAt(start.ToUnixTimeMilliseconds()) <= now.ToUnixTimeMilliseconds();
            lines.Add(new SlotLine(start, (long)(Number(slot, "stored") ?? 0), (long)(Number(slot, "tracked") ?? 0), Number(slot, "coverage"), final));
        }
        lines.Sort((left, right) => left.Slot.CompareTo(right.Slot));
        return lines;
    }

    private static Dictionary<string, long> ReadFailures(JsonElement failures) =>
        failures.ValueKind != JsonValueKind.Object ? [] : failures.EnumerateObject()
            .Where(reason => reason.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(reason => reason.Name, reason => (long)reason.Value.GetDouble());

    private static List<QueueLine> ReadQueues(JsonElement queues) =>
        queues.ValueKind != JsonValueKind.Object ? [] : queues.EnumerateObject()
            .Select(queue => new QueueLine(
                queue.Name, (long)(Number(queue.Value, "waiting") ?? 0), (long)(Number(queue.Value, "inFlight") ?? 0),
                Number(queue.Value, "oldestSeconds") ?? 0, (long)(Number(queue.Value, "dead") ?? 0)))
            .ToList();

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static double? Number(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) => Child(parent, name).ValueKind == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => DateTimeOffset.FromUnixTimeMilliseconds((long)value.GetDouble()),
        JsonValueKind.String when DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => null,
    };
}
