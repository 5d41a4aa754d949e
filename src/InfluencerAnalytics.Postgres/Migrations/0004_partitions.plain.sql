-- Plain PostgreSQL: native partitions, made ahead and dropped behind by these two functions, which run with the rights of the owner so that the roles need none.

-- Makes the partitions of a table that hold [first, last], where they are missing. Attaching one does not stop who reads or writes the others.
CREATE FUNCTION influencer_analytics.make_partitions(series text, span interval, first timestamptz, last timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    start timestamptz;
    partition text;
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days') OR span NOT IN (interval '1 hour', interval '1 day', interval '30 days') OR last - first > interval '100 years' THEN
        RAISE EXCEPTION 'There is no such series: %, by %', series, span;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('influencer_analytics.partitions'));
    FOR start IN SELECT generate_series(date_bin(span, first, timestamptz '2000-01-01'), last, span) LOOP
        partition := format('%s_%s', series, to_char(start, 'YYYYMMDDHH24'));
        CONTINUE WHEN to_regclass('influencer_analytics.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE influencer_analytics.%I (LIKE influencer_analytics.%I INCLUDING ALL)', partition, series);
        EXECUTE format(
            'ALTER TABLE influencer_analytics.%I ATTACH PARTITION influencer_analytics.%I FOR VALUES FROM (%L) TO (%L)', series, partition, start, start + span);
    END LOOP;
END $$;

-- Drops the partitions of a table that end at or before a moment; returns how many.
CREATE FUNCTION influencer_analytics.drop_before(series text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    partition record;
    dropped integer := 0;
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days') THEN
        RAISE EXCEPTION 'There is no such series: %', series;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('influencer_analytics.partitions'));
    FOR partition IN SELECT name FROM influencer_analytics.partitions WHERE partitions.series = drop_before.series AND ends <= before LOOP
        EXECUTE format('DROP TABLE influencer_analytics.%I', partition.name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- What there is, with its bounds.
CREATE VIEW influencer_analytics.partitions AS
SELECT parent.relname::text AS series, child.relname::text AS name,
       (regexp_match(pg_get_expr(child.relpartbound, child.oid), $r$FROM \('([^']+)'\)$r$))[1]::timestamptz AS starts,
       (regexp_match(pg_get_expr(child.relpartbound, child.oid), $r$TO \('([^']+)'\)$r$))[1]::timestamptz AS ends,
       child.reltuples::bigint AS rows, child.oid AS relation
FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid
JOIN pg_class parent ON parent.oid = inhparent
WHERE parent.relnamespace = 'influencer_analytics'::regnamespace AND parent.relkind = 'p' AND child.relkind = 'r';

-- Whoever may write points may have their partitions made and dropped; nobody else.
REVOKE ALL ON FUNCTION influencer_analytics.make_partitions(text, interval, timestamptz, timestamptz), influencer_analytics.drop_before(text, timestamptz) FROM PUBLIC;
