-- A roster that was another one then.
CREATE TRIGGER note_slot_hours AFTER INSERT ON influencer_analytics.roster_counts
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.note_slot_hours_since();
