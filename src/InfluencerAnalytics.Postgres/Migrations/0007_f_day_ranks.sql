-- The rank of every influencer on each day, cut by time as the daily roll-ups are.

CREATE TABLE influencer_analytics.day_ranks (
    influencer_id bigint NOT NULL,
    start timestamptz NOT NULL,
    rank integer NOT NULL
)@partitioned_by_start@;
CREATE UNIQUE INDEX day_ranks_key ON influencer_analytics.day_ranks (influencer_id, start);

-- The days that were ranked, of how many, and how many of their roll-ups late readings have changed since. One that is not whole is being ranked, or was when the process ended.
CREATE TABLE influencer_analytics.rank_days (
    day timestamptz PRIMARY KEY,
    influencers bigint NOT NULL,
    late bigint NOT NULL,
    is_whole boolean NOT NULL
);

-- Days that are over already have none: the first to be ranked is the one behind the last of them.
INSERT INTO influencer_analytics.rank_days (day, influencers, late, is_whole)
SELECT days_rolled_until - interval '24 hours', 0, 0, true FROM influencer_analytics.state WHERE isfinite(days_rolled_until);
