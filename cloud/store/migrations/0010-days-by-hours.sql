-- The database adds to a day what is added to its hours, so that services from before there were days add to them as well.

-- Days that services from before there were days have left short. Those of which retention took hours already have more.
LOCK TABLE atlasbridge.trace_hours, atlasbridge.trace_days IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE atlasbridge.trace_hours NO FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.trace_days NO FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.agents NO FORCE ROW LEVEL SECURITY;
INSERT INTO atlasbridge.trace_days AS t
  (tenant_id, day, agent_id, rules, entries, sessions, prompts, decisions, auto_replied, denied,
   left_to_person, notified, matched, escalated, injected)
SELECT d.tenant_id, d.day, d.agent_id, COALESCE((
    SELECT jsonb_object_agg(name, times) FROM (
      SELECT r.key AS name, sum(r.value::bigint) AS times
      FROM atlasbridge.trace_hours o, jsonb_each_text(o.rules) r
      WHERE o.tenant_id = d.tenant_id AND o.agent_id = d.agent_id
        AND o.hour >= d.day AND o.hour < d.day + interval '24 hours'
      GROUP BY 1) counted), '{}'),
  d.entries, d.sessions, d.prompts, d.decisions, d.auto_replied, d.denied, d.left_to_person,
  d.notified, d.matched, d.escalated, d.injected
FROM (
  SELECT h.tenant_id, h.agent_id, date_trunc('day', h.hour, 'UTC') AS day, sum(h.entries) AS entries,
    sum(h.sessions) AS sessions, sum(h.prompts) AS prompts, sum(h.decisions) AS decisions,
    sum(h.auto_replied) AS auto_replied, sum(h.denied) AS denied, sum(h.left_to_person) AS left_to_person,
    sum(h.notified) AS notified, sum(h.matched) AS matched, sum(h.escalated) AS escalated,
    sum(h.injected) AS injected
  FROM atlasbridge.trace_hours h GROUP BY 1, 2, 3
) d
LEFT JOIN atlasbridge.trace_days k
  ON k.tenant_id = d.tenant_id AND k.day = d.day AND k.agent_id = d.agent_id
WHERE d.entries > COALESCE(k.entries, 0)
ON CONFLICT (tenant_id, day, agent_id) DO UPDATE SET
  rules = EXCLUDED.rules, entries = EXCLUDED.entries, sessions = EXCLUDED.sessions,
  prompts = EXCLUDED.prompts, decisions = EXCLUDED.decisions, auto_replied = EXCLUDED.auto_replied,
  denied = EXCLUDED.denied, left_to_person = EXCLUDED.left_to_person, notified = EXCLUDED.notified,
  matched = EXCLUDED.matched, escalated = EXCLUDED.escalated, injected = EXCLUDED.injected;
ALTER TABLE atlasbridge.agents FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.trace_days FORCE ROW LEVEL SECURITY;
ALTER TABLE atlasbridge.trace_hours FORCE ROW LEVEL SECURITY;

CREATE FUNCTION atlasbridge.add_to_day() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was atlasbridge.trace_hours;
  new_rules jsonb := NEW.rules;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    was := OLD;
    SELECT COALESCE(jsonb_object_agg(r.key, r.value::bigint - COALESCE((OLD.rules ->> r.key)::bigint, 0)), '{}')
    INTO new_rules FROM jsonb_each_text(NEW.rules) r
    WHERE r.value::bigint <> COALESCE((OLD.rules ->> r.key)::bigint, 0);
  END IF;
  INSERT INTO atlasbridge.trace_days AS t
    (tenant_id, day, agent_id, rules, entries, sessions, prompts, decisions, auto_replied, denied,
     left_to_person, notified, matched, escalated, injected)
  VALUES (NEW.tenant_id, date_trunc('day', NEW.hour, 'UTC'), NEW.agent_id, new_rules,
    NEW.entries - COALESCE(was.entries, 0), NEW.sessions - COALESCE(was.sessions, 0),
    NEW.prompts - COALESCE(was.prompts, 0), NEW.decisions - COALESCE(was.decisions, 0),
    NEW.auto_replied - COALESCE(was.auto_replied, 0), NEW.denied - COALESCE(was.denied, 0),
    NEW.left_to_person - COALESCE(was.left_to_person, 0), NEW.notified - COALESCE(was.notified, 0),
    NEW.matched - COALESCE(was.matched, 0), NEW.escalated - COALESCE(was.escalated, 0),
    NEW.injected - COALESCE(was.injected, 0))
  ON CONFLICT (tenant_id, day, agent_id) DO UPDATE SET
    entries = t.entries + EXCLUDED.entries, sessions = t.sessions + EXCLUDED.sessions,
    prompts = t.prompts + EXCLUDED.prompts, decisions = t.decisions + EXCLUDED.decisions,
    auto_replied = t.auto_replied + EXCLUDED.auto_replied, denied = t.denied + EXCLUDED.denied,
    left_to_person = t.left_to_person + EXCLUDED.left_to_person, notified = t.notified + EXCLUDED.notified,
    matched = t.matched + EXCLUDED.matched, escalated = t.escalated + EXCLUDED.escalated,
    injected = t.injected + EXCLUDED.injected,
    rules = CASE WHEN EXCLUDED.rules = '{}' THEN t.rules
      ELSE atlasbridge.counts_added(t.rules, EXCLUDED.rules) END;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.add_to_day() FROM PUBLIC;
CREATE TRIGGER trace_hours_add_to_day AFTER INSERT OR UPDATE ON atlasbridge.trace_hours
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.add_to_day();

-- Services of the version before this one add to days themselves, and shall not do it twice. Another tenant's row goes on
-- to the policy, which refuses it.
CREATE FUNCTION atlasbridge.only_by_hours() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.tenant_id = NULLIF(current_setting('atlasbridge.tenant_id', true), '')::uuid THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.only_by_hours() FROM PUBLIC;
CREATE TRIGGER trace_days_only_by_hours BEFORE INSERT ON atlasbridge.trace_days
  FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION atlasbridge.only_by_hours();
