-- What agents send: entries by month of receipt, checkpoints, what is told of sessions, and what went wrong.

CREATE TABLE atlasbridge.trace_entries (
  tenant_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  received_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  session_id uuid,
  kind text NOT NULL,
  -- Canonical JSON (RFC 8785) as text: exactly what was hashed, and JSON may hold what jsonb does not take.
  data text NOT NULL,
  content_hash bytea,
  prev bytea NOT NULL,
  hash bytea NOT NULL,
  mac bytea NOT NULL,
  -- Whose secret the MAC is of.
  key_id text NOT NULL,
  content text,
  salt bytea,
  -- In place of content and salt: a part or an image of it, which nothing proves.
  shown text,
  -- No foreign key to the agent, though there is one: its row is locked by the transaction that writes these, and
  -- looking it up again for every row takes as long as storing the row.
  PRIMARY KEY (tenant_id, agent_id, seq, received_at)
) PARTITION BY RANGE (received_at);
SELECT atlasbridge.guard('atlasbridge.trace_entries');
GRANT SELECT, INSERT ON atlasbridge.trace_entries TO atlasbridge_app;

-- The service may not change tables; this makes the one kind that it needs, for this month or the next two. Nobody is
-- given any right on a partition itself: the way in is the table above it.
CREATE FUNCTION atlasbridge.ensure_entries_of(month timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE
  first date := date_trunc('month', month)::date;
  part text := 'trace_entries_' || to_char(first, 'YYYY_MM');
BEGIN
  IF first < date_trunc('month', now())::date
     OR first > (date_trunc('month', now()) + interval '2 months')::date THEN
    RAISE EXCEPTION 'entries are received now, not in %', part;
  END IF;
  IF to_regclass('atlasbridge.' || part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('atlasbridge.' || part, 0));
  IF to_regclass('atlasbridge.' || part) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format(
    'CREATE TABLE atlasbridge.%I PARTITION OF atlasbridge.trace_entries FOR VALUES FROM (%L) TO (%L)',
    part, first::timestamptz, (first + interval '1 month')::timestamptz);
  PERFORM atlasbridge.guard(format('atlasbridge.%I', part)::regclass);
END $$;
REVOKE ALL ON FUNCTION atlasbridge.ensure_entries_of(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.ensure_entries_of(timestamptz) TO atlasbridge_app;
SELECT atlasbridge.ensure_entries_of(now());

CREATE TABLE atlasbridge.trace_checkpoints (
  tenant_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  size bigint NOT NULL,
  root bytea NOT NULL,
  -- The agent's signed note, and the witness's line to it.
  note text NOT NULL,
  cosignature text NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, size),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES atlasbridge.agents
);
SELECT atlasbridge.guard('atlasbridge.trace_checkpoints');
GRANT SELECT, INSERT ON atlasbridge.trace_checkpoints TO atlasbridge_app;

-- Adds up what two objects count under the same names.
CREATE FUNCTION atlasbridge.counts_added(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT COALESCE(jsonb_object_agg(name, times), '{}')
  FROM (SELECT name, sum(times::bigint) AS times
        FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other))
          AS both_of_them (name, times)
        GROUP BY name) AS added
$$;
REVOKE ALL ON FUNCTION atlasbridge.counts_added(jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.counts_added(jsonb, jsonb) TO atlasbridge_app;

CREATE TABLE atlasbridge.trace_sessions (
  tenant_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  tool text,
  mode text,
  started_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  exit_code integer,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  last_entry_at timestamptz NOT NULL,
  entries bigint NOT NULL DEFAULT 0,
  prompts bigint NOT NULL DEFAULT 0,
  auto_replied bigint NOT NULL DEFAULT 0,
  denied bigint NOT NULL DEFAULT 0,
  left_to_person bigint NOT NULL DEFAULT 0,
  notified bigint NOT NULL DEFAULT 0,
  -- Decisions that a rule made, of all: the match rate is their ratio.
  decisions bigint NOT NULL DEFAULT 0,
  matched bigint NOT NULL DEFAULT 0,
  escalated bigint NOT NULL DEFAULT 0,
  injected bigint NOT NULL DEFAULT 0,
  -- How often each: {"prompt.detected": 3}. In the row: as rows of their own they take longer than the entries.
  kinds jsonb NOT NULL DEFAULT '{}',
  rules jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, agent_id, session_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES atlasbridge.agents
);
SELECT atlasbridge.guard('atlasbridge.trace_sessions');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_sessions TO atlasbridge_app;

-- The agent may be one that has never had a batch taken.
CREATE TABLE atlasbridge.trace_incidents (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  agent_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('chain-fork', 'inconsistent-checkpoint')),
  -- The first entry that differs; of a checkpoint, its size.
  seq bigint NOT NULL,
  -- What is here and what came instead: hashes of entries or roots.
  known bytea,
  came bytea NOT NULL,
  key_id text NOT NULL,
  detail text NOT NULL,
  times bigint NOT NULL DEFAULT 1,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  acknowledged_at timestamptz,
  PRIMARY KEY (tenant_id, agent_id, kind, seq, came)
);
SELECT atlasbridge.guard('atlasbridge.trace_incidents');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_incidents TO atlasbridge_app;

-- Refusals by reason. The agent is what the request said when it was believed, else nil.
CREATE TABLE atlasbridge.ingest_refusals (
  tenant_id uuid NOT NULL,
  key_id text NOT NULL,
  agent_id uuid NOT NULL,
  reason text NOT NULL,
  times bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id, agent_id, reason),
  FOREIGN KEY (tenant_id, key_id) REFERENCES atlasbridge.api_keys
);
SELECT atlasbridge.guard('atlasbridge.ingest_refusals');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.ingest_refusals TO atlasbridge_app;
