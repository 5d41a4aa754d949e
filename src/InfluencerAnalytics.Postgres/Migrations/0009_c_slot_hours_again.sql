-- The hours whose records are kept, counted so; of older ones what was counted stays, readings of others included. What changes meanwhile is noted, and made again.
INSERT INTO influencer_analytics.slot_hours
SELECT * FROM influencer_analytics.sum_slots('-infinity', (SELECT rolled_until FROM influencer_analytics.state))
ON CONFLICT (hour) DO UPDATE SET least_stored = excluded.least_stored, most_stored = excluded.most_stored;
