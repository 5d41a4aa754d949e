namespace InfluencerAnalytics.Leaderboard.Changes;

/// <summary>
/// The follower counts of all influencers as of one moment, by the place of the leaderboard's rows: 4 bytes each, and exact whatever the counts. Filled by one writer;
/// from then on immutable, and safe for any number of readers.
/// </summary>
internal sealed class FollowerColumn(FollowerAnchors anchors)
{
    private const int None = int.MinValue;
    private const int Far = int.MaxValue;

    private readonly List<int[]> _chunks = [];
    // Of those who are further from their anchor than an int says: more than the largest account has followers.
    private readonly Dictionary<int, long> _far = [];

    /// <summary>How many have a count.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a place has a count.</summary>
    public bool Has(int place) => Distance(place) != None;

    public void Set(int place, long followers)
    {
        var chunk = place / InfluencerLeaderboard.ChunkRows;
        while (chunk >= _chunks.Count)
        {
            var added = new int[InfluencerLeaderboard.ChunkRows];
            Array.Fill(added, None);
            _chunks.Add(added);
        }
        if (!Has(place))
            Count++;
        var distance = followers - anchors.GetOrSet(place, followers);
        var isFar = distance is <= None or >= Far;
        if (isFar)
            _far[place] = followers;
        else
            _far.Remove(place);
        _chunks[chunk][place % InfluencerLeaderboard.ChunkRows] = isFar ? Far : (int)distance;
    }

    /// <summary>False when the place has none.</summary>
    public bool TryGet(int place, out long followers)
    {
        var distance = Distance(place);
        followers = distance switch
        {
            None => 0,
            Far => _far[place],
            _ => anchors[place] + distance,
        };
        return distance != None;
    }

    private int Distance(int place)
    {
        var chunk = place / InfluencerLeaderboard.ChunkRows;
        return chunk < _chunks.Count ? _chunks[chunk][place % InfluencerLeaderboard.ChunkRows] : None;
    }
}
