-- The hours that are there already: a program of before may drop their records without making them. What changes meanwhile is noted, and made again.
INSERT INTO influencer_analytics.slot_hours
SELECT * FROM influencer_analytics.sum_slots('-infinity', (SELECT rolled_until FROM influencer_analytics.state)) ON CONFLICT (hour) DO NOTHING;
