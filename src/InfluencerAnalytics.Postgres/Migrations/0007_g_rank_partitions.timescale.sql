-- The ranks of days as a hypertable, as the daily roll-ups are.

SELECT public.create_hypertable('influencer_analytics.day_ranks', public.by_range('start', interval '30 days'), create_default_indexes => false);
ALTER TABLE influencer_analytics.day_ranks SET (timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'influencer_id, start');

CREATE OR REPLACE FUNCTION influencer_analytics.drop_before(series text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days', 'day_ranks') THEN
        RAISE EXCEPTION 'There is no such series: %', series;
    END IF;
    RETURN (SELECT count(*) FROM public.drop_chunks(format('influencer_analytics.%I', series)::regclass, older_than => before));
END $$;
