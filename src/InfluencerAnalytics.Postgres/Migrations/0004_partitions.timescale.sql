-- TimescaleDB: hypertables, which make their chunks themselves. Columns are kept in the order of influencer and slot, without segments: an hour has 60 rows of an
-- influencer, and a segment wants a thousand.

SELECT public.create_hypertable('influencer_analytics.data_points', public.by_range('slot', interval '1 hour'), create_default_indexes => false);
SELECT public.create_hypertable('influencer_analytics.hours', public.by_range('start', interval '1 day'), create_default_indexes => false);
SELECT public.create_hypertable('influencer_analytics.days', public.by_range('start', interval '30 days'), create_default_indexes => false);

ALTER TABLE influencer_analytics.data_points SET (timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'influencer_id, slot');
ALTER TABLE influencer_analytics.hours SET (timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'influencer_id, start');
ALTER TABLE influencer_analytics.days SET (timescaledb.compress, timescaledb.compress_segmentby = '', timescaledb.compress_orderby = 'influencer_id, start');

-- Chunks are made by the hypertable; kept so that both engines are called alike.
CREATE FUNCTION influencer_analytics.make_partitions(series text, span interval, first timestamptz, last timestamptz) RETURNS void LANGUAGE sql AS $$ SELECT $$;

-- Drops the chunks of a table that end at or before a moment; returns how many. With the rights of the owner, so that the roles need none.
CREATE FUNCTION influencer_analytics.drop_before(series text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days') THEN
        RAISE EXCEPTION 'There is no such series: %', series;
    END IF;
    RETURN (SELECT count(*) FROM public.drop_chunks(format('influencer_analytics.%I', series)::regclass, older_than => before));
END $$;

CREATE VIEW influencer_analytics.partitions AS
SELECT hypertable_name::text AS series, chunk_name::text AS name, range_start AS starts, range_end AS ends, reltuples::bigint AS rows, relation.oid AS relation
FROM timescaledb_information.chunks
JOIN pg_class relation ON relation.oid = format('%I.%I', chunk_schema, chunk_name)::regclass
WHERE hypertable_schema = 'influencer_analytics';

-- Whoever may write points may have their partitions made and dropped; nobody else.
REVOKE ALL ON FUNCTION influencer_analytics.make_partitions(text, interval, timestamptz, timestamptz), influencer_analytics.drop_before(text, timestamptz) FROM PUBLIC;
