-- The sums of trace_hours by the day (UTC), too: a chart over months reads a twenty-fourth of the rows.

CREATE TABLE atlasbridge.trace_days (LIKE atlasbridge.trace_hours INCLUDING DEFAULTS);
ALTER TABLE atlasbridge.trace_days RENAME COLUMN hour TO day;

-- What is there already: the owner sees all tenants' rows for as long as this takes, and nobody else does.
ALTER TABLE atlasbridge.trace_hours NO FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.agents NO FORCE ROW LEVEL SECURITY;
INSERT INTO atlasbridge.trace_days
  (tenant_id, day, agent_id, rules, entries, sessions, prompts, decisions, auto_replied, denied, left_to_person, notified, matched, escalated, injected)
SELECT d.tenant_id, d.day, d.agent_id, COALESCE((
    SELECT jsonb_object_agg(name, times) FROM (
      SELECT r.key AS name, sum(r.value::bigint) AS times
      FROM atlasbridge.trace_hours o, jsonb_each_text(o.rules) r
      WHERE o.tenant_id = d.tenant_id AND o.agent_id = d.agent_id
        AND o.hour >= d.day AND o.hour < d.day + interval '24 hours'
      GROUP BY 1) counted), '{}'),
  d.entries, d.sessions, d.prompts, d.decisions, d.auto_replied, d.denied, d.left_to_person, d.notified, d.matched, d.escalated, d.injected
FROM (
  SELECT h.tenant_id, h.agent_id, date_trunc('day', h.hour, 'UTC') AS day, sum(h.entries) AS entries, sum(h.sessions) AS sessions, sum(h.prompts) AS prompts, sum(h.decisions) AS decisions, sum(h.auto_replied) AS auto_replied, sum(h.denied) AS denied, sum(h.left_to_person) AS left_to_person, sum(h.notified) AS notified, sum(h.matched) AS matched, sum(h.escalated) AS escalated, sum(h.injected) AS injected
  FROM atlasbridge.trace_hours h GROUP BY 1, 2, 3
) d;
ALTER TABLE atlasbridge.trace_days
  ADD PRIMARY KEY (tenant_id, day, agent_id),
  ADD FOREIGN KEY (tenant_id, agent_id) REFERENCES atlasbridge.agents;
ALTER TABLE atlasbridge.agents FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.trace_hours FORCE ROW LEVEL SECURITY;
SELECT atlasbridge.guard('atlasbridge.trace_days');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_days TO atlasbridge_app;

-- As it was, and days with the hours.
CREATE OR REPLACE FUNCTION atlasbridge.expire_rest(rows_max integer) RETURNS bigint
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
  DELETE FROM atlasbridge.trace_days d WHERE d.tenant_id = tenant AND (d.day, d.agent_id) IN (
    SELECT o.day, o.agent_id FROM atlasbridge.trace_days o
    WHERE o.tenant_id = tenant AND o.day < before - interval '1 day' LIMIT rows_max);
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
