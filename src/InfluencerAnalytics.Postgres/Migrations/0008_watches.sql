-- What our own opinion of each influencer is made from: the state of its watch as bytes that the database does not look into, and which hours went into it.

-- Every row is written anew each few hours. Half of each page is left free, so that the new rows fit beside the old ones and no index is touched (heap-only tuples).
CREATE TABLE influencer_analytics.watches (
    influencer_id bigint PRIMARY KEY,
    round integer NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    computed_at timestamptz NOT NULL,
    state bytea NOT NULL
) WITH (fillfactor = 45);

-- How far the hours of all are folded, up to where the pass that is under way folds, and up to which influencer it is through: one row, apart from the state, which others wait for.
CREATE TABLE influencer_analytics.watch_progress (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    round integer NOT NULL DEFAULT 0,
    folded_until timestamptz NOT NULL DEFAULT 'epoch',
    until timestamptz NOT NULL DEFAULT 'epoch',
    after_id bigint NOT NULL DEFAULT 0
);
INSERT INTO influencer_analytics.watch_progress DEFAULT VALUES;
