using System.Collections.ObjectModel;
using System.Text.Json;

namespace InfluencerAnalytics.Stores.Processes;

/// <summary>
/// What a process says of itself. A store keeps it as one text beside the id, so that a newer version may add figures: what is added later has a default, and what is there
/// keeps its name and meaning.
/// </summary>
/// <param name="Id">Of this run of the process: role, host and a random part.</param>
/// <param name="Role">What it runs: "seeder", "fetcher", "ingester", "api", or "up" for all of these.</param>
/// <param name="Host">The name of its machine.</param>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">Epoch milliseconds, by its own clock.</param>
public sealed record ProcessReport(string Id, string Role, string Host, string Version, long StartedAt)
{
    // Generated code sets an init property of which the text says nothing to null, whatever its initializer: hence the defaults in the getters.

    /// <summary>Whether it stopped as it was asked: nobody has to miss it.</summary>
    public bool HasStopped { get; init; }

    /// <summary>Why it is not ready, a sentence each; none when it is.</summary>
    public IReadOnlyList<string> Problems { get => field ?? []; init; }

    /// <summary>What is to be said of it though it is ready, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get => field ?? []; init; }

    public FetchFigures Fetch { get => field ?? FetchFigures.None; init; }

    public IngestFigures Ingest { get => field ?? IngestFigures.None; init; }

    /// <summary>Messages that only a newer program can read, as it counted them, by the name of their queue.</summary>
    public IReadOnlyDictionary<string, int> NewerMessages { get => field ?? ReadOnlyDictionary<string, int>.Empty; init; }

    /// <summary>The text that a store keeps.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ProcessReportJson.Default.ProcessReport);

    /// <summary>Reads the text that a store keeps. One that this version cannot read is not hidden: it becomes a report that says so.</summary>
    /// <param name="id">Beside which it is kept.</param>
    /// <param name="json">What <see cref="ToJson"/> of any version made.</param>
    public static ProcessReport Parse(string id, string json)
    {
        try
        {
            return (JsonSerializer.Deserialize(json, ProcessReportJson.Default.ProcessReport) ?? Unreadable(id)) with { Id = id };
        }
        catch (JsonException)
        {
            return Unreadable(id);
        }
    }

    private static ProcessReport Unreadable(string id) => new(id, "?", "?", "?", 0) { Problems = ["What this process reports cannot be read by this version."] };
}
