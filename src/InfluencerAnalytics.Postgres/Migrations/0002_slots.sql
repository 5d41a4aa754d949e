-- What became of each slot. Several processes write at once: each counts in rows of its own, which are added up when they are read.

CREATE TABLE influencer_analytics.slots (
    slot timestamptz PRIMARY KEY,
    interval_seconds integer NOT NULL
);

CREATE TABLE influencer_analytics.slot_counts (
    slot timestamptz NOT NULL,
    writer integer NOT NULL,
    stored bigint NOT NULL,
    covered bigint NOT NULL,
    follower_sum numeric NOT NULL,
    following_sum numeric NOT NULL,
    PRIMARY KEY (slot, writer)
) WITH (fillfactor = 50);

CREATE TABLE influencer_analytics.slot_misses (
    slot timestamptz NOT NULL,
    writer integer NOT NULL,
    reason smallint NOT NULL,
    missed bigint NOT NULL,
    PRIMARY KEY (slot, writer, reason)
) WITH (fillfactor = 50);

-- The misses that count, each with its last reason: a reading that comes later takes its miss back.
CREATE TABLE influencer_analytics.misses (
    slot timestamptz NOT NULL,
    influencer_id bigint NOT NULL,
    reason smallint NOT NULL,
    PRIMARY KEY (slot, influencer_id)
);

-- What changed, for those who follow the latest data points: followed by snapshot, since a transaction may commit after others that began later.
CREATE TABLE influencer_analytics.changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT influencer_analytics.store_time(),
    -- Null: the status of these influencers changed, and their latest data points are to be looked up.
    slot timestamptz,
    influencer_ids bigint[] NOT NULL,
    followers bigint[],
    following bigint[],
    retrieved_at timestamptz[],
    statuses smallint[]
);
CREATE INDEX changes_xid ON influencer_analytics.changes (xid, id);

-- The latest data point of influencers of whom retention has dropped all.
CREATE TABLE influencer_analytics.last_points (
    influencer_id bigint PRIMARY KEY,
    slot timestamptz NOT NULL,
    followers bigint NOT NULL,
    following bigint NOT NULL,
    retrieved_at timestamptz NOT NULL,
    username text NOT NULL
);

-- Hours of influencers that got points after they were rolled up: they are computed from the points until they are rolled up again.
CREATE TABLE influencer_analytics.late_hours (
    influencer_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    PRIMARY KEY (influencer_id, hour)
);
