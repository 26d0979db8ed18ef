-- What is read of traces: a row for each prompt and sums by the hour, so that no list and no chart reads the entries;
-- and what retention leaves behind, so that proofs still work.

-- Lists go by the ids: they are UUIDv7, which begin with the time.
CREATE TABLE atlasbridge.trace_prompts (
  tenant_id uuid NOT NULL,
  prompt_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  session_id uuid,
  -- Of its first entry here.
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  prompt_kind text,
  confidence text,
  action text,
  rule_id text,
  reason text,
  risk text,
  escalated_at timestamptz,
  replied_by text,
  replied_at timestamptz,
  reply_bytes integer,
  latency_ms float8,
  outcome text,
  closed_at timestamptz,
  -- Of shared content, to see what is equal: goes when content goes.
  question_print bytea,
  reply_print bytea,
  received_at timestamptz NOT NULL,
  -- No foreign key to the agent, for the reason that trace_entries has none.
  PRIMARY KEY (tenant_id, prompt_id, agent_id)
);
CREATE INDEX trace_prompts_escalated ON atlasbridge.trace_prompts (tenant_id, prompt_id)
  WHERE escalated_at IS NOT NULL;
CREATE INDEX trace_prompts_printed ON atlasbridge.trace_prompts (tenant_id, received_at)
  WHERE question_print IS NOT NULL OR reply_print IS NOT NULL;
SELECT atlasbridge.guard('atlasbridge.trace_prompts');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_prompts TO atlasbridge_app;

-- By the hour in which entries were made, whenever they come.
CREATE TABLE atlasbridge.trace_hours (
  tenant_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  agent_id uuid NOT NULL,
  entries bigint NOT NULL DEFAULT 0,
  sessions bigint NOT NULL DEFAULT 0,
  prompts bigint NOT NULL DEFAULT 0,
  decisions bigint NOT NULL DEFAULT 0,
  auto_replied bigint NOT NULL DEFAULT 0,
  denied bigint NOT NULL DEFAULT 0,
  left_to_person bigint NOT NULL DEFAULT 0,
  notified bigint NOT NULL DEFAULT 0,
  matched bigint NOT NULL DEFAULT 0,
  escalated bigint NOT NULL DEFAULT 0,
  injected bigint NOT NULL DEFAULT 0,
  -- How often which rule decided what: {"auto_reply rule-1": 3}; "deny " is without a rule.
  rules jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, hour, agent_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES atlasbridge.agents
);
SELECT atlasbridge.guard('atlasbridge.trace_hours');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_hours TO atlasbridge_app;

ALTER TABLE atlasbridge.trace_sessions
  ADD COLUMN closed bigint NOT NULL DEFAULT 0,
  -- Shared content: goes when content goes.
  ADD COLUMN label text,
  ADD COLUMN command text,
  ADD COLUMN cwd text,
  ADD COLUMN content_at timestamptz;
CREATE INDEX trace_sessions_started ON atlasbridge.trace_sessions (tenant_id, session_id, agent_id);
CREATE INDEX trace_sessions_open ON atlasbridge.trace_sessions (tenant_id, session_id, agent_id)
  WHERE ended_at IS NULL;
CREATE INDEX trace_sessions_active ON atlasbridge.trace_sessions (tenant_id, last_entry_at, session_id, agent_id);
CREATE INDEX trace_sessions_content ON atlasbridge.trace_sessions (tenant_id, content_at)
  WHERE content_at IS NOT NULL;

CREATE INDEX trace_incidents_open ON atlasbridge.trace_incidents (tenant_id, last_at)
  WHERE acknowledged_at IS NULL;
ALTER TABLE atlasbridge.trace_incidents ADD COLUMN acknowledged_by text;

-- The tree as it stood then: proofs of what came after it need nothing of what came before it.
ALTER TABLE atlasbridge.trace_checkpoints
  ADD COLUMN frontier bytea,
  -- Whose signature it is: keys change.
  ADD COLUMN public_key bytea;
CREATE INDEX trace_checkpoints_received ON atlasbridge.trace_checkpoints (tenant_id, agent_id, received_at);

-- Up to where retention has come: what is before these is gone.
ALTER TABLE atlasbridge.agents
  ADD COLUMN kept_from_seq bigint NOT NULL DEFAULT 1,
  ADD COLUMN content_from_seq bigint NOT NULL DEFAULT 1;
