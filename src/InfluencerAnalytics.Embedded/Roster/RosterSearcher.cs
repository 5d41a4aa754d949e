using System.Buffers.Binary;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>Finds influencers of the roster for people. Not to be called under the store's gate: it takes that for a few hundred at a time.</summary>
internal sealed class RosterSearcher(StoreContext context, InfluencerState influencers, SlotRecords slots)
{
    // Looked at under the gate at once: some hundred microseconds, where each has a miss in the newest slots; some milliseconds, where each was last heard of in the oldest that is looked at.
    private const int Slice = 256;

    private readonly ColumnFamily _added = context.Database[ColumnFamilyNames.Roster];
    private readonly RosterCandidates _candidates = new(context, influencers, slots);
    private readonly ReportedSlots _reported = new(context, slots);

    public RosterMember? Find(long id) => Describe([id], Recent(), static _ => true)[0];

    public RosterPage Search(RosterSearch search, CancellationToken cancellationToken)
    {
        var members = new List<RosterMember>();
        var recent = Recent();
        var place = search.After;
        for (var looked = 0; looked < RosterSearch.MostLookedAt;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var slice = looked == 0 ? SliceOf(search) : Math.Max(Slice, SliceOf(search));
            var candidates = _candidates.Read(search, place, recent, slice);
            var described = Describe([.. candidates.Select(static candidate => candidate.InfluencerId)], recent, search.Wants);
            for (var i = 0; i < candidates.Count; i++)
            {
                if (described[i] is { } member && (search.Prefix is null || (member.Username is { } name && Usernames.Fold(name) == candidates[i].Name)))
                {
                    // One more than the page holds is there: it begins the next.
                    if (members.Count == search.Limit)
                        return new RosterPage(members, place);
                    members.Add(member);
                }
                place = candidates[i];
            }

            if (candidates.Count < slice)
                return new RosterPage(members, null);
            looked += candidates.Count;
        }

        return new RosterPage(members, place);
    }

    // Whoever looks at all rows for those that stand so does it once a page; of them no miss is looked for.
    private static int SliceOf(RosterSearch search) =>
        search is { Prefix: null, State: RosterState.Gone or RosterState.Removed } ? search.Limit + 1 : Math.Min(Slice, search.Limit + 1);

    private List<uint> Recent()
    {
        lock (context.Gate)
            return _reported.Newest(RosterStates.SlotsLookedAt);
    }

    /// <summary>Each of some ids; null for one that never was on the roster, or stands so that it is not wanted: of those nothing is read from the database.</summary>
    private RosterMember?[] Describe(IReadOnlyList<long> ids, IReadOnlyList<uint> recent, Func<RosterState, bool> wants)
    {
        var members = new RosterMember?[ids.Count];
        lock (context.Gate)
        {
            for (var i = 0; i < ids.Count; i++)
                members[i] = Describe(ids[i], recent, wants);
        }

        for (var i = 0; i < ids.Count; i++)
        {
            if (members[i] is { } member)
                members[i] = member with { Username = influencers.Names.Find(ids[i]), AddedAt = AddedAt(ids[i]) };
        }

        return members;
    }

    private RosterMember? Describe(long id, IReadOnlyList<uint> recent, Func<RosterState, bool> wants)
    {
        var row = influencers.Table.Find(id);
        if (row < 0)
            return null;
        ref readonly var r = ref influencers.Table[row];
        var standing = influencers.Standings[row];
        var (missedAt, reason) = r.Status switch
        {
            InfluencerStatus.Tracked => _reported.FindMiss(id, recent, r.SlotSeconds),
            InfluencerStatus.Gone => (standing.LastNotFound, MissReason.NotFound),
            _ => default,
        };
        if (RosterStates.Of(r.Status, r.Slot, missedAt * 1000L) is not { } state || !wants(state))
            return null;
        return new RosterMember(id, null, state)
        {
            Since = 1000L * state switch
            {
                RosterState.Tracked => r.FromSeconds,
                RosterState.Failing => FailingSince(r, missedAt),
                _ => standing.Steps is { All: [.., var last] } ? last.From : 0,
            },
            NextTry = r.NextTrySeconds * 1000L,
            FollowerCount = r.FollowerCount,
            Slot = r.Slot,
            LastErrorAt = missedAt * 1000L,
            LastError = reason,
        };
    }

    private long FailingSince(in InfluencerRow row, uint missedAt) =>
        row.SlotSeconds == 0 ? row.FromSeconds : Math.Max(row.FromSeconds, row.SlotSeconds + slots.Find(missedAt)!.IntervalSeconds);

    private long AddedAt(long id)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return context.Database.Get(_added, key) is { } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0;
    }
}
