-- What the provider said of influencers: whose followers look bought.

-- The newest verdict of each. With the transaction that wrote it, by which those who follow tell what they have not seen: by snapshot, since one may commit after others that began
-- later. A row an influencer and a day: twelve updates a second at a million, so that the index of a number that each changes does no harm.
CREATE TABLE influencer_analytics.suspicions (
    influencer_id bigint PRIMARY KEY,
    suspicious boolean NOT NULL,
    checked_at timestamptz NOT NULL,
    -- The numbers that were judged.
    followers bigint NOT NULL,
    following bigint NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (fillfactor = 85);
CREATE INDEX suspicions_xid ON influencer_analytics.suspicions (xid, influencer_id);

-- The verdicts that changed the flag, the first of each influencer among them.
CREATE TABLE influencer_analytics.suspicion_changes (
    influencer_id bigint NOT NULL,
    checked_at timestamptz NOT NULL,
    suspicious boolean NOT NULL,
    followers bigint NOT NULL,
    following bigint NOT NULL,
    PRIMARY KEY (influencer_id, checked_at)
);

-- How many could not be judged on a UTC day.
CREATE TABLE influencer_analytics.suspicion_failures (
    day timestamptz PRIMARY KEY,
    failed bigint NOT NULL
);
