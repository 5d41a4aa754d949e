-- What the slots in [first, behind) come to, by hours, as SlotSum says it: least_stored and most_stored are of those who were tracked, as coverage counts.
CREATE OR REPLACE FUNCTION influencer_analytics.sum_slots(first timestamptz, behind timestamptz)
RETURNS TABLE (hour timestamptz, slots integer, stored bigint, follower_sum numeric, following_sum numeric, least_stored bigint, most_stored bigint, most_tracked bigint)
LANGUAGE sql STABLE AS $$
    WITH counted AS (
        SELECT s.slot, coalesce(sum(c.stored), 0)::bigint AS stored, coalesce(sum(c.covered), 0)::bigint AS covered, coalesce(sum(c.follower_sum), 0) AS followers, coalesce(sum(c.following_sum), 0) AS following
        FROM influencer_analytics.slots s LEFT JOIN influencer_analytics.slot_counts c ON c.slot = s.slot
        WHERE s.slot >= first AND s.slot < behind GROUP BY s.slot),
    -- Differences before the first are one row: then each slot is a step of a running sum, which takes those of its own moment in.
    steps AS (
        SELECT '-infinity'::timestamptz AS at, coalesce(sum(tracked), 0) AS change, false AS is_slot FROM influencer_analytics.roster_counts WHERE since < first
        UNION ALL SELECT since, tracked, false FROM influencer_analytics.roster_counts WHERE since >= first AND since < behind
        UNION ALL SELECT slot, 0, true FROM counted),
    standing AS (SELECT at, is_slot, sum(change) OVER (ORDER BY at) AS tracked FROM steps)
    SELECT date_trunc('hour', counted.slot, 'UTC'), count(*)::integer, sum(counted.stored)::bigint, sum(counted.followers), sum(counted.following),
           min(counted.covered), max(counted.covered), max(standing.tracked)::bigint
    FROM counted JOIN standing ON standing.at = counted.slot AND standing.is_slot
    GROUP BY 1
$$;
