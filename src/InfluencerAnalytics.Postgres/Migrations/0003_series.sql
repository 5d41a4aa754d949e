-- Data points and roll-ups, cut by time so that the old ones are dropped whole.

CREATE TABLE influencer_analytics.data_points (
    influencer_id bigint NOT NULL,
    slot timestamptz NOT NULL,
    followers bigint NOT NULL,
    following bigint NOT NULL,
    retrieved_at timestamptz NOT NULL,
    username text NOT NULL
)@partitioned_by_slot@;
CREATE UNIQUE INDEX data_points_key ON influencer_analytics.data_points (influencer_id, slot);

CREATE TABLE influencer_analytics.hours (
    influencer_id bigint NOT NULL,
    start timestamptz NOT NULL,
    count integer NOT NULL,
    followers_sum bigint NOT NULL,
    followers_min bigint NOT NULL,
    followers_max bigint NOT NULL,
    followers_first bigint NOT NULL,
    followers_last bigint NOT NULL,
    following_sum bigint NOT NULL,
    following_min bigint NOT NULL,
    following_max bigint NOT NULL,
    following_first bigint NOT NULL,
    following_last bigint NOT NULL
)@partitioned_by_start@;
CREATE UNIQUE INDEX hours_key ON influencer_analytics.hours (influencer_id, start);

CREATE TABLE influencer_analytics.days (LIKE influencer_analytics.hours)@partitioned_by_start@;
CREATE UNIQUE INDEX days_key ON influencer_analytics.days (influencer_id, start);
