-- What ends: entries and content after a tenant's days, and tenants themselves. The service may still delete nothing by its
-- own: these functions do it, and only what has had its time.

ALTER TABLE atlasbridge.tenants ADD COLUMN deleting_at timestamptz;

-- For jobs, which go from tenant to tenant: one row, an id and whether it is to go.
CREATE FUNCTION atlasbridge.tenant_after(previous uuid)
RETURNS TABLE (tenant_id uuid, deleting_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.deleting_at FROM atlasbridge.tenants t
  WHERE t.tenant_id > previous ORDER BY t.tenant_id LIMIT 1
$$;
REVOKE ALL ON FUNCTION atlasbridge.tenant_after(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.tenant_after(uuid) TO atlasbridge_app;

-- The moment before which this tenant keeps nothing: of entries, or of content.
CREATE FUNCTION atlasbridge.cutoff(what text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT now() - make_interval(days => COALESCE(
    (SELECT CASE what WHEN 'content' THEN s.content_days ELSE s.entry_days END
     FROM atlasbridge.tenant_settings s
     WHERE s.tenant_id = NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid),
    CASE what WHEN 'content' THEN 30 ELSE 90 END))
$$;
REVOKE ALL ON FUNCTION atlasbridge.cutoff(text) FROM PUBLIC;

-- How far a step may go: to a checkpoint that is old enough, over at most so many entries, or over one batch.
CREATE FUNCTION atlasbridge.step_of(agent uuid, from_seq bigint, before timestamptz, rows_max integer)
RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(max(c.size) FILTER (WHERE c.size < from_seq + rows_max), min(c.size))
  FROM (
    SELECT size FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid
      AND agent_id = agent AND size >= from_seq AND received_at < before
    ORDER BY size LIMIT rows_max
  ) c
$$;
REVOKE ALL ON FUNCTION atlasbridge.step_of(uuid, bigint, timestamptz, integer) FROM PUBLIC;

-- Content of one agent's entries: their hashes stay. Returns over how many entries it went; 0: nothing is left to do.
CREATE FUNCTION atlasbridge.expire_content(agent uuid, rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid;
  before timestamptz := atlasbridge.cutoff('content');
  from_seq bigint;
  to_seq bigint;
BEGIN
  SELECT a.content_from_seq INTO from_seq FROM atlasbridge.agents a
  WHERE a.tenant_id = tenant AND a.agent_id = agent FOR NO KEY UPDATE;
  to_seq := atlasbridge.step_of(agent, from_seq, before, rows_max);
  IF to_seq IS NULL THEN RETURN 0; END IF;
  UPDATE atlasbridge.trace_entries e SET content = NULL, salt = NULL, shown = NULL
  WHERE e.tenant_id = tenant AND e.agent_id = agent AND e.seq BETWEEN from_seq AND to_seq
    AND e.received_at < before AND (e.content IS NOT NULL OR e.shown IS NOT NULL);
  UPDATE atlasbridge.agents a SET content_from_seq = to_seq + 1
  WHERE a.tenant_id = tenant AND a.agent_id = agent;
  RETURN to_seq - from_seq + 1;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.expire_content(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.expire_content(uuid, integer) TO atlasbridge_app;

-- Entries of one agent, with what was read in their place. The checkpoint over the last of them stays: proofs of what comes
-- after them begin there. Returns over how many entries it went; 0: nothing is left to do.
CREATE FUNCTION atlasbridge.expire_entries(agent uuid, rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid;
  before timestamptz := atlasbridge.cutoff('entries');
  from_seq bigint;
  to_seq bigint;
BEGIN
  SELECT a.kept_from_seq INTO from_seq FROM atlasbridge.agents a
  WHERE a.tenant_id = tenant AND a.agent_id = agent FOR NO KEY UPDATE;
  to_seq := atlasbridge.step_of(agent, from_seq, before, rows_max);
  IF to_seq IS NULL THEN RETURN 0; END IF;
  DELETE FROM atlasbridge.trace_entries e
  WHERE e.tenant_id = tenant AND e.agent_id = agent AND e.seq BETWEEN from_seq AND to_seq
    AND e.received_at < before;
  DELETE FROM atlasbridge.trace_checkpoints c
  WHERE c.tenant_id = tenant AND c.agent_id = agent AND c.size < to_seq;
  DELETE FROM atlasbridge.trace_sessions s
  WHERE s.tenant_id = tenant AND s.agent_id = agent AND s.last_seq <= to_seq;
  DELETE FROM atlasbridge.trace_prompts p
  WHERE p.tenant_id = tenant AND p.agent_id = agent AND p.seq <= to_seq AND p.received_at < before;
  UPDATE atlasbridge.agents a
  SET kept_from_seq = to_seq + 1, content_from_seq = GREATEST(a.content_from_seq, to_seq + 1)
  WHERE a.tenant_id = tenant AND a.agent_id = agent;
  RETURN to_seq - from_seq + 1;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.expire_entries(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.expire_entries(uuid, integer) TO atlasbridge_app;

-- What belongs to no one batch: sums by the hour, and tallies of refusals. Returns how many rows went.
CREATE FUNCTION atlasbridge.expire_rest(rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid;
  before timestamptz := atlasbridge.cutoff('entries');
  content_before timestamptz := atlasbridge.cutoff('content');
  gone bigint := 0;
  taken bigint;
BEGIN
  DELETE FROM atlasbridge.trace_hours h WHERE h.tenant_id = tenant AND (h.hour, h.agent_id) IN (
    SELECT o.hour, o.agent_id FROM atlasbridge.trace_hours o
    WHERE o.tenant_id = tenant AND o.hour < before LIMIT rows_max);
  GET DIAGNOSTICS taken = ROW_COUNT; gone := gone + taken;
  DELETE FROM atlasbridge.ingest_refusals r WHERE r.tenant_id = tenant AND r.last_at < before;
  GET DIAGNOSTICS taken = ROW_COUNT; gone := gone + taken;
  UPDATE atlasbridge.trace_prompts p SET question_print = NULL, reply_print = NULL
  WHERE p.tenant_id = tenant AND (p.prompt_id, p.agent_id) IN (
    SELECT o.prompt_id, o.agent_id FROM atlasbridge.trace_prompts o
    WHERE o.tenant_id = tenant AND o.received_at < content_before
      AND (o.question_print IS NOT NULL OR o.reply_print IS NOT NULL) LIMIT rows_max);
  GET DIAGNOSTICS taken = ROW_COUNT; gone := gone + taken;
  UPDATE atlasbridge.trace_sessions s SET label = NULL, command = NULL, cwd = NULL, content_at = NULL
  WHERE s.tenant_id = tenant AND (s.agent_id, s.session_id) IN (
    SELECT o.agent_id, o.session_id FROM atlasbridge.trace_sessions o
    WHERE o.tenant_id = tenant AND o.content_at < content_before LIMIT rows_max);
  GET DIAGNOSTICS taken = ROW_COUNT; gone := gone + taken;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.expire_rest(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.expire_rest(integer) TO atlasbridge_app;

-- Of a tenant that is to go: so many rows of each table that refers to nothing else of it any more, then its line in the
-- list. Whatever tables there are: none can be forgotten. A minute after it was asked for, when nothing of it is under way
-- any more. Returns how many rows went; 0: it is gone.
CREATE FUNCTION atlasbridge.erase_tenant(rows_max integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid;
  gone bigint := 0;
  taken bigint;
  leaf record;
BEGIN
  IF NOT EXISTS (SELECT FROM atlasbridge.tenants t
                 WHERE t.tenant_id = tenant AND t.deleting_at < now() - interval '1 minute') THEN
    RETURN 0;
  END IF;
  FOR leaf IN
    SELECT c.oid, format('atlasbridge.%I', c.relname) AS name,
      EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.conrelid = c.oid) AS is_own
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'atlasbridge'::regnamespace AND c.relkind = 'r' AND c.relname <> 'tenants'
  LOOP
    BEGIN
      -- Rows of a table that refer to each other go together.
      EXECUTE format(
        'DELETE FROM ONLY %s WHERE tenant_id = $1 AND ctid = ANY (ARRAY(SELECT ctid FROM ONLY %s WHERE tenant_id = $1%s))',
        leaf.name, leaf.name, CASE WHEN leaf.is_own THEN '' ELSE format(' LIMIT %s', rows_max) END)
      USING tenant;
      GET DIAGNOSTICS taken = ROW_COUNT;
      gone := gone + taken;
    EXCEPTION WHEN foreign_key_violation THEN
      -- Its turn comes when nothing refers to it any more.
      NULL;
    END;
  END LOOP;
  IF gone = 0 THEN
    DELETE FROM atlasbridge.tenants t WHERE t.tenant_id = tenant;
    GET DIAGNOSTICS gone = ROW_COUNT;
  END IF;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.erase_tenant(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.erase_tenant(integer) TO atlasbridge_app;
