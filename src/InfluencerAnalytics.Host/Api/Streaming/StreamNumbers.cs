namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>Numbers the events of this run of this process. Used under the hub's lock.</summary>
internal sealed class StreamNumbers
{
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];

    /// <summary>The number of the last event.</summary>
    public long Last { get; private set; }

    /// <summary>Counts one more, and returns its id.</summary>
    public string Next() => IdOf(++Last);

    public string IdOf(long number) => new StreamPosition(_name, number).ToString();

    /// <summary>The number of an event that was told here; null for the id of any other, or of none.</summary>
    public long? NumberOf(string id) => StreamPosition.Parse(id) is { } position && position.Hub == _name && position.Sequence <= Last ? position.Sequence : null;
}
