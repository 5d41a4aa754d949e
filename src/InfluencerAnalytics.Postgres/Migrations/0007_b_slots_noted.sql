-- A record that is made late, of a slot of which nothing came.
CREATE TRIGGER note_slot_hours AFTER INSERT ON influencer_analytics.slots
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION influencer_analytics.note_slot_hours();
