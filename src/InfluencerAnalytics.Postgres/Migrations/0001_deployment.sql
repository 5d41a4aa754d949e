-- What the deployment is, and who is tracked in it. Everything that changes the roster or the generations does so under the exclusive half of one advisory lock, of which
-- each write of data points holds the shared half.

-- The clock of the store: leases, sealings and retention go by it alone, whatever the machines of the roles show.
CREATE FUNCTION influencer_analytics.store_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;

CREATE TABLE influencer_analytics.settings (
    name text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE influencer_analytics.leases (
    name text PRIMARY KEY,
    owner text NOT NULL,
    until timestamptz NOT NULL
);

-- What each process said of itself last.
CREATE TABLE influencer_analytics.processes (
    id text PRIMARY KEY,
    report text NOT NULL,
    at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- One row.
CREATE TABLE influencer_analytics.state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    roster_version bigint NOT NULL DEFAULT 0,
    last_generation bigint NOT NULL DEFAULT 0,
    requested_after bigint,
    added_shards bigint NOT NULL DEFAULT 0,
    foreign_influencers bigint NOT NULL DEFAULT 0,
    -- Changes of transactions up to this one may be gone from the list of changes.
    changes_pruned_to xid8 NOT NULL DEFAULT '0',
    -- Hours before the first are being rolled up or are: a point that comes for them is late. Hours before the second have their roll-ups.
    rolling_until timestamptz NOT NULL DEFAULT '-infinity',
    rolled_until timestamptz NOT NULL DEFAULT '-infinity',
    -- The same of days; their hours are rolled up first.
    days_rolled_until timestamptz NOT NULL DEFAULT '-infinity',
    rolled_from timestamptz,
    imported_hours_from timestamptz,
    imported_days_from timestamptz,
    -- Where retention has dropped.
    points_dropped_before timestamptz,
    hours_dropped_before timestamptz,
    days_dropped_before timestamptz
);
INSERT INTO influencer_analytics.state DEFAULT VALUES;

-- Numbers the processes that write, so that each counts in rows of its own.
CREATE SEQUENCE influencer_analytics.writers AS integer;

CREATE TABLE influencer_analytics.generations (
    generation bigint PRIMARY KEY,
    allocated_version bigint NOT NULL,
    sealed_at timestamptz,
    interval_seconds integer,
    shard_size integer,
    shards bigint
);
CREATE INDEX generations_sealed ON influencer_analytics.generations (generation) WHERE sealed_at IS NOT NULL;

-- Status: 0 never on the roster (but has readings, or an imported past), 1 tracked, 2 gone, 3 removed.
CREATE TABLE influencer_analytics.roster (
    influencer_id bigint PRIMARY KEY,
    status smallint NOT NULL,
    -- The status holds for the slots that begin from here on; those before are in roster_past.
    since timestamptz NOT NULL,
    added_at timestamptz,
    added_version bigint NOT NULL DEFAULT 0,
    changed_version bigint NOT NULL DEFAULT 0,
    removed_version bigint NOT NULL DEFAULT 0,
    -- Answers "not found" in different slots in a row, the first and the last of them, and when the first came; null while the provider knows it.
    not_found integer NOT NULL DEFAULT 0,
    first_not_found timestamptz,
    last_not_found timestamptz,
    turned_at timestamptz,
    -- Of a gone one: how often it was tried since, and the slot in which it is tried again.
    tries integer NOT NULL DEFAULT 0,
    next_try timestamptz
) WITH (fillfactor = 85);
CREATE INDEX roster_added ON influencer_analytics.roster (added_version) WHERE status IN (1, 2);
CREATE INDEX roster_news ON influencer_analytics.roster (changed_version);
CREATE INDEX roster_removed ON influencer_analytics.roster (removed_version) WHERE status = 3;
CREATE INDEX roster_turned ON influencer_analytics.roster (turned_at) WHERE turned_at IS NOT NULL;
CREATE INDEX roster_gone ON influencer_analytics.roster (turned_at) WHERE status = 2;

-- How an influencer stood before: from each moment on, until the next one of the same influencer or until roster.since.
CREATE TABLE influencer_analytics.roster_past (
    influencer_id bigint NOT NULL,
    since timestamptz NOT NULL,
    status smallint NOT NULL,
    PRIMARY KEY (influencer_id, since)
);

-- By how much the numbers of tracked and gone change with the slots that begin from a moment on. Added up to a slot they are its numbers, however late it is asked.
CREATE TABLE influencer_analytics.roster_counts (
    since timestamptz NOT NULL,
    tracked bigint NOT NULL,
    gone bigint NOT NULL
);
CREATE INDEX roster_counts_since ON influencer_analytics.roster_counts (since) INCLUDE (tracked, gone);

CREATE TABLE influencer_analytics.dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT influencer_analytics.store_time()
);
CREATE INDEX dead_letters_queue ON influencer_analytics.dead_letters (queue, id);

CREATE TABLE influencer_analytics.dead_letter_drops (
    queue text PRIMARY KEY,
    dropped bigint NOT NULL
);
