-- Readings that come late.
CREATE TRIGGER note_slot_hours_of_first AFTER INSERT ON influencer_analytics.slot_counts
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.note_slot_hours();
CREATE TRIGGER note_slot_hours_of_more AFTER UPDATE ON influencer_analytics.slot_counts
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.note_slot_hours();
