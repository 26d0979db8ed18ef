-- Who may come in: members, invitations, web sessions and automation tokens of each tenant, and its own audit log.

-- A person is one account at one provider; its id is derived from both, so that no list of people is kept.
CREATE TABLE atlasbridge.memberships (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  person_id uuid NOT NULL,
  provider text NOT NULL CHECK (char_length(provider) <= 32),
  email text NOT NULL CHECK (char_length(email) <= 254),
  name text NOT NULL CHECK (char_length(name) <= 200),
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, person_id)
);
SELECT atlasbridge.guard('atlasbridge.memberships');
GRANT SELECT, INSERT, UPDATE, DELETE ON atlasbridge.memberships TO atlasbridge_app;

CREATE TABLE atlasbridge.invitations (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  invitation_id uuid NOT NULL,
  email text NOT NULL CHECK (char_length(email) <= 254),
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  -- SHA-256 of what the link carries.
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, invitation_id)
);
SELECT atlasbridge.guard('atlasbridge.invitations');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.invitations TO atlasbridge_app;

CREATE TABLE atlasbridge.web_sessions (
  tenant_id uuid NOT NULL,
  session_id uuid NOT NULL,
  person_id uuid NOT NULL,
  -- SHA-256 of the cookie.
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  -- As it was when this cookie was given: when the member has another, the cookie is changed.
  role text NOT NULL,
  browser text NOT NULL CHECK (char_length(browser) <= 200),
  signed_in_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- Another cookie was given in its place; requests that were under way with this one still end well.
  replaced_at timestamptz,
  -- What the provider gave, AES-256-GCM under the ring's key of that version; null where there is no provider.
  sealed_grant bytea,
  ring_version integer,
  -- When its access token ends, and when the provider last said that it is good.
  access_expires_at timestamptz,
  checked_at timestamptz NOT NULL,
  -- One of all replicas asks the provider at a time, and nobody does so soon after it did not answer.
  asking_until timestamptz,
  PRIMARY KEY (tenant_id, session_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES atlasbridge.memberships ON DELETE CASCADE
);
CREATE INDEX web_sessions_of_person ON atlasbridge.web_sessions (tenant_id, person_id);
SELECT atlasbridge.guard('atlasbridge.web_sessions');
GRANT SELECT, INSERT, UPDATE, DELETE ON atlasbridge.web_sessions TO atlasbridge_app;

CREATE TABLE atlasbridge.automation_tokens (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  token_id uuid NOT NULL,
  label text NOT NULL CHECK (char_length(label) <= 120),
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  -- SHA-256 of the token.
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, token_id)
);
SELECT atlasbridge.guard('atlasbridge.automation_tokens');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.automation_tokens TO atlasbridge_app;

-- Each mutation one entry, chained like a trace. What was written cannot be changed by the service.
CREATE TABLE atlasbridge.audit_entries (
  tenant_id uuid NOT NULL REFERENCES atlasbridge.tenants,
  seq bigint NOT NULL CHECK (seq > 0),
  -- Canonical JSON (RFC 8785) as text: exactly what was hashed.
  data text NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant_id, seq)
);
SELECT atlasbridge.guard('atlasbridge.audit_entries');
GRANT SELECT, INSERT ON atlasbridge.audit_entries TO atlasbridge_app;

-- Where each log stands: locked by whoever writes the next entry.
CREATE TABLE atlasbridge.audit_heads (
  tenant_id uuid PRIMARY KEY REFERENCES atlasbridge.tenants,
  seq bigint NOT NULL,
  hash bytea NOT NULL
);
SELECT atlasbridge.guard('atlasbridge.audit_heads');
GRANT SELECT, INSERT, UPDATE ON atlasbridge.audit_heads TO atlasbridge_app;

-- Which tenant a cookie, a token or an invitation is of, by the hash of its secret; asked by the functions below alone.
CREATE TABLE atlasbridge.secret_directory (
  secret_hash bytea PRIMARY KEY,
  tenant_id uuid NOT NULL
);
-- Which tenants a person is a member of.
CREATE TABLE atlasbridge.member_directory (
  person_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  PRIMARY KEY (person_id, tenant_id)
);

CREATE FUNCTION atlasbridge.keep_secret() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM atlasbridge.secret_directory d WHERE d.secret_hash = OLD.secret_hash;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO atlasbridge.secret_directory (secret_hash, tenant_id)
    VALUES (NEW.secret_hash, NEW.tenant_id);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.keep_secret() FROM PUBLIC;
CREATE TRIGGER keep_secret AFTER INSERT OR DELETE OR UPDATE OF secret_hash ON atlasbridge.web_sessions
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.keep_secret();
CREATE TRIGGER keep_secret AFTER INSERT OR DELETE OR UPDATE OF secret_hash ON atlasbridge.automation_tokens
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.keep_secret();
CREATE TRIGGER keep_secret AFTER INSERT OR DELETE OR UPDATE OF secret_hash ON atlasbridge.invitations
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.keep_secret();

CREATE FUNCTION atlasbridge.keep_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM atlasbridge.member_directory d
    WHERE d.person_id = OLD.person_id AND d.tenant_id = OLD.tenant_id;
  ELSE
    INSERT INTO atlasbridge.member_directory (person_id, tenant_id)
    VALUES (NEW.person_id, NEW.tenant_id);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION atlasbridge.keep_member() FROM PUBLIC;
CREATE TRIGGER keep_member AFTER INSERT OR DELETE ON atlasbridge.memberships
  FOR EACH ROW EXECUTE FUNCTION atlasbridge.keep_member();

-- Whose a secret is: one row, of nulls where nobody's. Whoever asks has the secret itself; its rows are then read
-- through the tenant's own door.
CREATE FUNCTION atlasbridge.find_secret(wanted bytea)
RETURNS TABLE (tenant_id uuid, tenant_name text, suspended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.name, t.suspended_at
  FROM (SELECT wanted) asked
  LEFT JOIN atlasbridge.secret_directory d ON d.secret_hash = wanted
  LEFT JOIN atlasbridge.tenants t ON t.tenant_id = d.tenant_id
$$;
REVOKE ALL ON FUNCTION atlasbridge.find_secret(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.find_secret(bytea) TO atlasbridge_app;

-- The tenants between which one person may choose; nothing of other people.
CREATE FUNCTION atlasbridge.tenants_of(person uuid)
RETURNS TABLE (tenant_id uuid, name text, suspended_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.tenant_id, t.name, t.suspended_at
  FROM atlasbridge.member_directory d JOIN atlasbridge.tenants t ON t.tenant_id = d.tenant_id
  WHERE d.person_id = person ORDER BY t.name, t.tenant_id
$$;
REVOKE ALL ON FUNCTION atlasbridge.tenants_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atlasbridge.tenants_of(uuid) TO atlasbridge_app;
