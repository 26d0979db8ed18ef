-- Tenants, their settings and ingestion keys. Every tenant table: tenant_id first in each key and index, and guarded.

-- Row level security in one spelling, also for whoever owns the table.
CREATE FUNCTION atlasbridge.guard(guarded regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
  EXECUTE format(
    'CREATE POLICY tenant_boundary ON %s'
    ' USING (tenant_id = NULLIF(current_setting(''atlasbridge.tenant_id'', true), '''')::uuid)'
    ' WITH CHECK (tenant_id = NULLIF(current_setting(''atlasbridge.tenant_id'', true), '''')::uuid)',
    guarded);
END $$;
REVOKE ALL ON FUNCTION atlasbridge.guard(regclass) FROM PUBLIC;

GRANT USAGE ON SCHEMA atlasbridge TO atlasbridge_app, atlasbridge_platform;
GRANT SELECT ON atlasbridge.migrations TO atlasbridge_app, atlasbridge_platform;

-- A directory, not a tenant table: platform staff keep it, the service cannot read it.
CREATE TABLE atlasbridge.tenants (
  tenant_id uuid PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  suspended_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON atlasbridge.tenants TO atlasbridge_platform;

CREATE TABLE atlasbridge.tenant_settings (
  tenant_id uuid PRIMARY KEY REFERENCES atlasbridge.tenants,
  content_allowed boolean NOT NULL DEFAULT true,
  entry_days integer NOT NULL DEFAULT 90 CHECK (entry_days BETWEEN 1 AND 36500),
  content_days integer NOT NULL DEFAULT 30 CHECK (content_days BETWEEN 1 AND 36500)
);
SELECT atlasbridge.guard('atlasbridge.tenant_settings');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.tenant_settings TO atlasbridge_app;

CREATE TABLE atlasbridge.agents (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  agent_id uuid NOT NULL,
  label text CHECK (char_length(label) <= 120),
  version text NOT NULL DEFAULT '',
  platform text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  -- Where its trace stands here: the last entry, and the roots of the Merkle tree's full subtrees, the largest first.
  head_seq bigint NOT NULL DEFAULT 0 CHECK (head_seq >= 0),
  head_hash bytea NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000',
  frontier bytea NOT NULL DEFAULT ''::bytea,
  -- Ed25519, as the trace itself names it.
  public_key bytea,
  last_seen_at timestamptz,
  -- Of the clock that signs requests: positive when it is ahead of ours.
  skew_seconds integer,
  -- When its last entry here was made; what is later has not come yet.
  last_entry_at timestamptz,
  PRIMARY KEY (tenant_id, agent_id)
);
SELECT atlasbridge.guard('atlasbridge.agents');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.agents TO atlasbridge_app;

CREATE TABLE atlasbridge.api_keys (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  key_id text NOT NULL CHECK (char_length(key_id) <= 128),
  label text CHECK (char_length(label) <= 120),
  -- Null: any agent of the tenant.
  agent_id uuid,
  -- AES-256-GCM under the ring's key of that version.
  sealed_secret bytea NOT NULL,
  ring_version integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  successor_id text,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES atlasbridge.agents,
  FOREIGN KEY (tenant_id, successor_id) REFERENCES atlasbridge.api_keys (tenant_id, key_id)
);
SELECT atlasbridge.guard('atlasbridge.api_keys');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.api_keys TO atlasbridge_app;

-- Which tenant a key is of: asked before the tenant is known, by the function below and by nobody else.
CREATE TABLE atlasbridge.key_directory (
  key_id text PRIMARY KEY,
  tenant_id uuid NOT NULL
);

CREATE FUNCTION atlasbridge.enter_key() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO atlasbridge.key_directory (key_id, tenant_id) VALUES (NEW.key_id, NEW.tenant_id);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.enter_key() FROM PUBLIC;
CREATE TRIGGER enter_key AFTER INSERT ON atlasbridge.api_keys
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.enter_key();

-- One row, of nulls where there is no such key: the same is looked up, computed and sent for a tenant that does not
-- exist, so that time does not tell. The setting is put back, so that the call moves nobody into another tenant.
CREATE FUNCTION atlasbridge.find_key(wanted text)
RETURNS TABLE (
  tenant_id uuid, agent_id uuid, sealed_secret bytea, ring_version integer,
  expires_at timestamptz, revoked_at timestamptz, suspended_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text := COALESCE(current_setting('atlasbridge.tenant_id', true), '');
  its_tenant uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  its_tenant := COALESCE(
    (SELECT d.tenant_id FROM atlasbridge.key_directory d WHERE d.key_id = wanted), its_tenant);
  PERFORM set_config('atlasbridge.tenant_id', its_tenant::text, true);
  RETURN QUERY
    SELECT k.tenant_id, k.agent_id, COALESCE(k.sealed_secret, decode(repeat('00', 81), 'hex')),
           COALESCE(k.ring_version, 0), k.expires_at, k.revoked_at, t.suspended_at
    FROM (SELECT its_tenant AS tenant_id) its
    LEFT JOIN atlasbridge.api_keys k ON k.tenant_id = its.tenant_id AND k.key_id = wanted
    LEFT JOIN atlasbridge.tenants t ON t.tenant_id = its.tenant_id;
  PERFORM set_config('atlasbridge.tenant_id', before, true);
END $$;
REVOKE ALL ON FUNCTION atlasbridge.find_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.find_key(text) TO atlasbridge_app;

CREATE TABLE atlasbridge.request_nonces (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  key_id text NOT NULL,
  nonce text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id, nonce),
  FOREIGN KEY (tenant_id, key_id) REFERENCES atlasbridge.api_keys
);
CREATE INDEX request_nonces_expiry ON atlasbridge.request_nonces (tenant_id, expires_at);
SELECT atlasbridge.guard('atlasbridge.request_nonces');
GRANT SELECT, INSERT, DELETE ON atlasbridge.request_nonces TO atlasbridge_app;
