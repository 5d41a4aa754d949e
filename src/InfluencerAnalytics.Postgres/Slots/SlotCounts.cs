using System.Numerics;
using InfluencerAnalytics.Postgres.Connection;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Slots;

/// <summary>By how much one write changes the counts of slots, each writer in rows of its own. Not safe for concurrent use.</summary>
internal sealed class SlotCounts
{
    private readonly SortedDictionary<long, SlotCount> _slots = [];

    /// <summary>Of a slot in epoch milliseconds.</summary>
    public SlotCount Of(long slot)
    {
        if (!_slots.TryGetValue(slot, out var count))
            _slots[slot] = count = new SlotCount();
        return count;
    }

    /// <summary>Adds them to those of a writer. In the order of the slots, so that two writes of one process never wait for each other crosswise.</summary>
    public void Save(NpgsqlBatch batch, int writer)
    {
        var counted = _slots.Where(static slot => slot.Value.Stored != 0 || slot.Value.Covered != 0).ToList();
        if (counted.Count > 0)
            batch.Add(
                """
                INSERT INTO influencer_analytics.slot_counts AS c (slot, writer, stored, covered, follower_sum, following_sum)
                SELECT u.slot, $6, u.stored, u.covered, u.followers, u.following
                FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::numeric[], $5::numeric[]) AS u (slot, stored, covered, followers, following)
                ON CONFLICT (slot, writer) DO UPDATE SET stored = c.stored + excluded.stored, covered = c.covered + excluded.covered,
                    follower_sum = c.follower_sum + excluded.follower_sum, following_sum = c.following_sum + excluded.following_sum
                """,
                Of(counted, static slot => Moments.Of(slot.Key)), Of(counted, static slot => slot.Value.Stored), Of(counted, static slot => slot.Value.Covered),
                Of(counted, static slot => (BigInteger)slot.Value.FollowerSum), Of(counted, static slot => (BigInteger)slot.Value.FollowingSum), writer);
        var missed = (from slot in _slots from reason in slot.Value.Missed where reason.Value != 0 orderby slot.Key, reason.Key select (slot.Key, Reason: reason.Key, Count: reason.Value)).ToList();
        if (missed.Count > 0)
            batch.Add(
                """
                INSERT INTO influencer_analytics.slot_misses AS m (slot, writer, reason, missed)
                SELECT u.slot, $4, u.reason, u.missed FROM unnest($1::timestamptz[], $2::smallint[], $3::bigint[]) AS u (slot, reason, missed)
                ON CONFLICT (slot, writer, reason) DO UPDATE SET missed = m.missed + excluded.missed
                """,
                Of(missed, static miss => Moments.Of(miss.Key)), Of(missed, static miss => (short)miss.Reason), Of(missed, static miss => miss.Count), writer);
    }

    private static T[] Of<TItem, T>(List<TItem> items, Func<TItem, T> select) => [.. items.Select(select)];
}
