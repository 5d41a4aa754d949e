-- The sums of each hour's slots, which outlive the records of the slots; and of which hours a record has changed since: those are computed from the records until they are made again.
-- Each change of an existing table is a script of its own, so that no lock is waited for while another one is held.

CREATE TABLE influencer_analytics.slot_hours (
    hour timestamptz PRIMARY KEY,
    slots integer NOT NULL,
    stored bigint NOT NULL,
    follower_sum numeric NOT NULL,
    following_sum numeric NOT NULL,
    -- Of its slots: the fewest and the most readings of one, and the most that were tracked.
    least_stored bigint NOT NULL,
    most_stored bigint NOT NULL,
    most_tracked bigint NOT NULL
);

-- A row for each write that changed one: nobody waits for anybody, and a note that is committed late is not lost with those before it.
CREATE TABLE influencer_analytics.stale_slot_hours (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hour timestamptz NOT NULL
);
CREATE INDEX stale_slot_hours_hour ON influencer_analytics.stale_slot_hours (hour);

-- What the slots in [first, behind) come to, by hours, as SlotSum says it.
CREATE FUNCTION influencer_analytics.sum_slots(first timestamptz, behind timestamptz)
RETURNS TABLE (hour timestamptz, slots integer, stored bigint, follower_sum numeric, following_sum numeric, least_stored bigint, most_stored bigint, most_tracked bigint)
LANGUAGE sql STABLE AS $$
    WITH counted AS (
        SELECT s.slot, coalesce(sum(c.stored), 0)::bigint AS stored, coalesce(sum(c.follower_sum), 0) AS followers, coalesce(sum(c.following_sum), 0) AS following
        FROM influencer_analytics.slots s LEFT JOIN influencer_analytics.slot_counts c ON c.slot = s.slot
        WHERE s.slot >= first AND s.slot < behind GROUP BY s.slot),
    -- Differences before the first are one row: then each slot is a step of a running sum, which takes those of its own moment in.
    steps AS (
        SELECT '-infinity'::timestamptz AS at, coalesce(sum(tracked), 0) AS change, false AS is_slot FROM influencer_analytics.roster_counts WHERE since < first
        UNION ALL SELECT since, tracked, false FROM influencer_analytics.roster_counts WHERE since >= first AND since < behind
        UNION ALL SELECT slot, 0, true FROM counted),
    standing AS (SELECT at, is_slot, sum(change) OVER (ORDER BY at) AS tracked FROM steps)
    SELECT date_trunc('hour', counted.slot, 'UTC'), count(*)::integer, sum(counted.stored)::bigint, sum(counted.followers), sum(counted.following),
           min(counted.stored), max(counted.stored), max(standing.tracked)::bigint
    FROM counted JOIN standing ON standing.at = counted.slot AND standing.is_slot
    GROUP BY 1
$$;

-- Whichever version of the program writes: a record of an hour that is being rolled up, or is, has changed. Those before rolling_until are all that can have been made; a write that still
-- saw an earlier one ends before it moves. With the rights of the owner, so that the roles need none.
CREATE FUNCTION influencer_analytics.note_slot_hours() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO influencer_analytics.stale_slot_hours (hour)
    SELECT DISTINCT date_trunc('hour', changed.slot, 'UTC') FROM changed, influencer_analytics.state
    WHERE changed.slot < rolling_until AND changed.slot >= coalesce(hours_dropped_before, '-infinity');
    RETURN NULL;
END $$;

-- The numbers of tracked in all slots from a moment on have changed. Retention, which only adds up old differences, says so.
CREATE FUNCTION influencer_analytics.note_slot_hours_since() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('influencer_analytics.adds_up', true) = 'on' THEN
        RETURN NULL;
    END IF;
    INSERT INTO influencer_analytics.stale_slot_hours (hour)
    SELECT generate_series(
        date_trunc('hour', greatest((SELECT min(since) FROM changed), hours_dropped_before, (SELECT min(slot) FROM influencer_analytics.slots)), 'UTC'),
        rolling_until - interval '1 hour', interval '1 hour')
    FROM influencer_analytics.state WHERE rolling_until > (SELECT min(since) FROM changed) AND isfinite(rolling_until);
    RETURN NULL;
END $$;
