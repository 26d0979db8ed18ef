-- A row counts so many names at most: whoever sends names without end makes no row of their own without end. What is
-- counted already stays under its name; from then on what is new is counted under one name for all. A batch alone has
-- no more than that.

CREATE FUNCTION atlasbridge.counts_bounded(known jsonb, counted jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_object_agg(name, times)
  FROM (SELECT CASE WHEN known ? name OR place < 500 THEN name ELSE ' (others)' END AS name, sum(times) AS times
        FROM (SELECT key AS name, value::bigint AS times, row_number() OVER (ORDER BY known ? key DESC, key) AS place
              FROM jsonb_each_text(counted)) AS placed
        GROUP BY 1) AS bounded
$$;
REVOKE ALL ON FUNCTION atlasbridge.counts_bounded(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.counts_bounded(jsonb, jsonb) TO atlasbridge_app;

CREATE OR REPLACE FUNCTION atlasbridge.counts_added(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN count(*) > 500 THEN atlasbridge.counts_bounded(one, jsonb_object_agg(name, times))
    ELSE COALESCE(jsonb_object_agg(name, times), '{}') END
  FROM (SELECT name, sum(times::bigint) AS times
        FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other))
          AS both_of_them (name, times)
        GROUP BY name) AS added
$$;
