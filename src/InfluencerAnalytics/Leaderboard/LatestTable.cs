using System.Runtime.InteropServices;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores;

namespace InfluencerAnalytics.Leaderboard;

/// <summary>
/// The latest data point of every influencer, by id: 37 bytes each in chunks that never move, and an open-addressing index of 4-byte places.
/// Entries are never taken out. Not safe for concurrent use.
/// </summary>
internal sealed class LatestTable
{
    // 16,384 entries are 600 KB: growing never copies what is there, and at most that much is unused.
    private const int ChunkBits = 14;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly List<Entry[]> _chunks = [];

    // Place + 1 of an entry, 0 for a free cell. At most 70% of the cells are used, which keeps linear probing at about two looks.
    private int[] _index = new int[1024];
    private int _shift = 64 - 10;

    public int Count { get; private set; }

    public ref Entry this[int place] => ref _chunks[place >> ChunkBits][place & ChunkMask];

    /// <returns>The place of the influencer, or -1.</returns>
    public int Find(long id)
    {
        for (var cell = CellOf(id); ; cell = (cell + 1) & (_index.Length - 1))
        {
            var place = _index[cell] - 1;
            if (place < 0 || this[place].Id == id)
                return place;
        }
    }

    /// <returns>The place of the influencer, made when there was none.</returns>
    public int FindOrAdd(long id)
    {
        if (Find(id) is >= 0 and var known)
            return known;
        if (Count + 1 > _index.Length * 0.7)
            GrowIndex();
        var place = Count++;
        if (place >> ChunkBits == _chunks.Count)
            _chunks.Add(new Entry[1 << ChunkBits]);
        this[place].Id = id;
        Index(id, place);
        return place;
    }

    private void GrowIndex()
    {
        _index = new int[_index.Length * 2];
        _shift--;
        for (var place = 0; place < Count; place++)
            Index(this[place].Id, place);
    }

    private void Index(long id, int place)
    {
        var cell = CellOf(id);
        while (_index[cell] != 0)
            cell = (cell + 1) & (_index.Length - 1);
        _index[cell] = place + 1;
    }

    // Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4): the usual consecutive ids spread evenly.
    private int CellOf(long id) => (int)(unchecked((ulong)id * 11400714819323198485UL) >> _shift);

    // Packed: padding would cost 3 MB for a million.
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct Entry
    {
        public long Id;
        public long Followers;
        public long Following;
        public long Slot;

        // Retrieval minus slot: a reading further than 24 days from its slot would show as 24 days.
        private int _retrievedAfterMs;
        private InfluencerStatus _status;

        public readonly InfluencerStatus Status => _status;

        /// <summary>Whether it takes part in ranks and averages: on the roster, with at least one data point.</summary>
        public readonly bool IsRanked => Slot > 0 && (_status is InfluencerStatus.Tracked or InfluencerStatus.Gone);

        public readonly LatestPoint ToPoint() =>
            new(Id, Followers, Following, Slot, Slot == 0 ? 0 : Slot + _retrievedAfterMs, _status);

        /// <summary>Takes over a change. The status is always the newer one; a point never goes back in slot.</summary>
        public void Take(in LatestPoint change)
        {
            _status = change.Status;
            if (change.Slot <= 0 || change.Slot < Slot)
                return;
            Followers = change.FollowerCount;
            Following = change.FollowingCount;
            Slot = change.Slot;
            _retrievedAfterMs = (int)Math.Clamp(change.RetrievedAt - change.Slot, int.MinValue, int.MaxValue);
        }
    }
}
