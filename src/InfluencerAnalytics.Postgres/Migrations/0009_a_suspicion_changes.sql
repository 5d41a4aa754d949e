-- Of each influencer the newest hundred changes of its flag are kept (SuspicionVerdict.MostChangesKept). Whichever version of the program writes one, what is over that goes with it. With
-- the rights of the owner, so that the roles need none.
CREATE FUNCTION influencer_analytics.drop_old_suspicion_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM influencer_analytics.suspicion_changes s
    USING (SELECT DISTINCT influencer_id FROM changed) c
    CROSS JOIN LATERAL (
        SELECT k.checked_at FROM influencer_analytics.suspicion_changes k WHERE k.influencer_id = c.influencer_id ORDER BY k.checked_at DESC OFFSET 99 LIMIT 1) last_kept
    WHERE s.influencer_id = c.influencer_id AND s.checked_at < last_kept.checked_at;
    RETURN NULL;
END $$;
CREATE TRIGGER drop_old_suspicion_changes AFTER INSERT ON influencer_analytics.suspicion_changes
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.drop_old_suspicion_changes();
