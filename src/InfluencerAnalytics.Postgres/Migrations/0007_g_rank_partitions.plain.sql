-- The two functions of partitions, for one series more.

CREATE OR REPLACE FUNCTION influencer_analytics.make_partitions(series text, span interval, first timestamptz, last timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    start timestamptz;
    partition text;
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days', 'day_ranks') OR span NOT IN (interval '1 hour', interval '1 day', interval '30 days') OR last - first > interval '100 years' THEN
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

CREATE OR REPLACE FUNCTION influencer_analytics.drop_before(series text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    partition record;
    dropped integer := 0;
BEGIN
    IF series NOT IN ('data_points', 'hours', 'days', 'day_ranks') THEN
        RAISE EXCEPTION 'There is no such series: %', series;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('influencer_analytics.partitions'));
    FOR partition IN SELECT name FROM influencer_analytics.partitions WHERE partitions.series = drop_before.series AND ends <= before LOOP
        EXECUTE format('DROP TABLE influencer_analytics.%I', partition.name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
