namespace InfluencerAnalytics.Stores.Ranks;

/// <summary>
/// Ranks the influencers of one day: "competition" rank, 1 and the number of those with more followers. It holds 16 bytes of each, and sorts them in place. Not safe for concurrent use.
/// </summary>
/// <param name="capacity">How many are expected.</param>
public sealed class DayRanking(int capacity)
{
    /// <summary>
    /// A day is ranked again when late readings have changed more than one in so many of its counts. Each of them moves the rank of any other by one at most, so that until then the ranks
    /// of those that they did not change are off by less than a hundredth of all, and those of the others are not known; and a trickle of late readings does not have all influencers of a day ranked each time.
    /// </summary>
    public const int AgainAboveOneIn = 100;

    private long[] _ids = new long[Math.Max(1, capacity)];

    // The follower count of each, and then its rank.
    private long[] _values = new long[Math.Max(1, capacity)];

    public int Count { get; private set; }

    /// <summary>Whether so many late changes are enough to rank a day of so many again.</summary>
    public static bool IsNeededAgain(long late, long influencers) => late * AgainAboveOneIn > influencers;

    /// <summary>Adds one, before <see cref="Rank"/>, each once.</summary>
    public void Add(long influencerId, long followerCount)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
            Array.Resize(ref _values, Count * 2);
        }
        _ids[Count] = influencerId;
        _values[Count++] = followerCount;
    }

    /// <summary>Ranks all that were added; from then on <see cref="At"/> tells.</summary>
    public void Rank()
    {
        Array.Sort(_values, _ids, 0, Count);
        for (var end = Count; end > 0;)
        {
            var begin = end - 1;
            while (begin > 0 && _values[begin - 1] == _values[end - 1])
                begin--;
            // Those behind it have more.
            _values.AsSpan(begin, end - begin).Fill(Count - end + 1);
            end = begin;
        }
        Array.Sort(_ids, _values, 0, Count);
    }

    /// <summary>One of all, ascending by id.</summary>
    public (long InfluencerId, int Rank) At(int index) => (_ids[index], (int)_values[index]);
}
