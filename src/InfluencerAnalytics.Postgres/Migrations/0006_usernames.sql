-- Usernames as last read, to be found by how they begin. Written when one is new or another, not with every reading.
CREATE TABLE influencer_analytics.usernames (
    influencer_id bigint PRIMARY KEY,
    username text NOT NULL,
    -- Without the difference of upper and lower case, as the program makes it; in the order of bytes, by which a prefix is a range.
    folded text COLLATE "C" NOT NULL
);
CREATE INDEX usernames_folded ON influencer_analytics.usernames (folded, influencer_id);

-- Those who are gone or were removed, few among many, by id.
CREATE INDEX roster_left ON influencer_analytics.roster (status, influencer_id) WHERE status IN (2, 3);
