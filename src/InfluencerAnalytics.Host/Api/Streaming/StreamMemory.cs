namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>
/// Bounds what all watched influencers together remember of what was told, for clients that come back: the oldest goes for the newest, whose it is. Used under the hub's lock.
/// </summary>
/// <param name="most">Readings.</param>
internal sealed class StreamMemory(int most)
{
    // In the order in which they were told. Some are forgotten already, since their influencer has told eight more: these count as well, so that nothing here grows.
    private readonly Queue<(WatchedInfluencer Influencer, long Sequence)> _told = new();

    /// <summary>What an influencer remembers from now on, with its sequence as the greatest.</summary>
    public void Add(WatchedInfluencer influencer, long sequence, string data)
    {
        if (_told.Count == most)
        {
            var (oldest, told) = _told.Dequeue();
            oldest.ForgetTo(told);
        }
        influencer.Told(sequence, data);
        _told.Enqueue((influencer, sequence));
    }
}
