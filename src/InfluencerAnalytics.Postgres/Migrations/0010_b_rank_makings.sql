-- Each making of a day's ranks has a number: what it writes counts while no other has begun, and while late readings have changed nothing under it. A rank of 0 is one that is not known:
-- late readings have changed that influencer's count since.
ALTER TABLE influencer_analytics.rank_days ADD COLUMN making bigint NOT NULL DEFAULT 0;

-- Days that late readings had changed before there was such a rank are ranked again, and not told until they are: nothing says whose rank is another count's.
UPDATE influencer_analytics.rank_days SET is_whole = false WHERE late > 0;
