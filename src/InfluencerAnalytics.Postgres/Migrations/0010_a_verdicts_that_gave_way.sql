-- A verdict of a clock that was ahead gives way to an earlier one; the change of the flag that it made goes with it: it would stand before the one that holds, and again when its time has
-- come. With the rights of the owner, so that the roles need none.
CREATE FUNCTION influencer_analytics.drop_suspicion_changes_ahead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM influencer_analytics.suspicion_changes c
    USING given_way o JOIN holding n ON n.influencer_id = o.influencer_id AND n.checked_at <= o.checked_at
    WHERE c.influencer_id = n.influencer_id AND c.checked_at >= n.checked_at;
    RETURN NULL;
END $$;
CREATE TRIGGER drop_suspicion_changes_ahead AFTER UPDATE ON influencer_analytics.suspicions
REFERENCING OLD TABLE AS given_way NEW TABLE AS holding FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.drop_suspicion_changes_ahead();

DELETE FROM influencer_analytics.suspicion_changes c USING influencer_analytics.suspicions s WHERE s.influencer_id = c.influencer_id AND c.checked_at > s.checked_at;
