-- Sorted by prompts and by escalations, a tenant with tens of thousands of sessions had all of them read for each page.

CREATE INDEX trace_sessions_prompts ON atlasbridge.trace_sessions (tenant_id, prompts, session_id, agent_id);
CREATE INDEX trace_sessions_escalated ON atlasbridge.trace_sessions (tenant_id, escalated, session_id, agent_id);
