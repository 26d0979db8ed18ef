-- What a search looks through, in rows of its own: a tenth of a session's row, so that twenty thousand are read in some
-- milliseconds. The database keeps them, so that services from before there were any do so as well.

CREATE TABLE atlasbridge.trace_mentions (
  tenant_id uuid NOT NULL,
  session_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  tool text,
  -- As trace_sessions has it.
  mentions text NOT NULL,
  PRIMARY KEY (tenant_id, session_id, agent_id),
  FOREIGN KEY (tenant_id, agent_id, session_id) REFERENCES atlasbridge.trace_sessions ON DELETE CASCADE
);

CREATE FUNCTION atlasbridge.begin_mentions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO atlasbridge.trace_mentions (tenant_id, session_id, agent_id, tool, mentions)
  SELECT tenant_id, session_id, agent_id, tool, mentions FROM begun;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.begin_mentions() FROM PUBLIC;
CREATE TRIGGER begin_mentions AFTER INSERT ON atlasbridge.trace_sessions
  REFERENCING NEW TABLE AS begun FOR EACH STATEMENT EXECUTE FUNCTION atlasbridge.begin_mentions();

-- Most batches change neither.
CREATE FUNCTION atlasbridge.keep_mentions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE atlasbridge.trace_mentions m SET tool = NEW.tool, mentions = NEW.mentions
  WHERE m.tenant_id = NEW.tenant_id AND m.session_id = NEW.session_id AND m.agent_id = NEW.agent_id;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.keep_mentions() FROM PUBLIC;
CREATE TRIGGER keep_mentions AFTER UPDATE ON atlasbridge.trace_sessions FOR EACH ROW
  WHEN (OLD.mentions IS DISTINCT FROM NEW.mentions OR OLD.tool IS DISTINCT FROM NEW.tool)
  EXECUTE FUNCTION atlasbridge.keep_mentions();

-- What is there already: the owner sees all tenants' rows for as long as this takes, and nobody else does.
ALTER TABLE atlasbridge.trace_sessions NO FORCE ROW LEVEL SECURITY;
INSERT INTO atlasbridge.trace_mentions (tenant_id, session_id, agent_id, tool, mentions)
SELECT tenant_id, session_id, agent_id, tool, mentions FROM atlasbridge.trace_sessions
ORDER BY tenant_id, session_id, agent_id;
ALTER TABLE atlasbridge.trace_sessions FORCE ROW LEVEL SECURITY;
SELECT atlasbridge.guard('atlasbridge.trace_mentions');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.trace_mentions TO atlasbridge_app;
