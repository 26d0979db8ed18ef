-- Whether an agent has sent with a key of its own, which is asked for each batch by a key that is for any agent.

CREATE INDEX api_keys_own ON atlasbridge.api_keys (tenant_id, agent_id)
  WHERE agent_id IS NOT NULL AND revoked_at IS NULL;
