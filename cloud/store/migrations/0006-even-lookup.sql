-- A key's look-up takes the same way whether the key is there or not: where it is not, some other row is read in its
-- place and nothing of it is told. Rows that are read and rows that are missed differ by some microseconds.

CREATE OR REPLACE FUNCTION atlasbridge.find_key(wanted text)
RETURNS TABLE (
  tenant_id uuid, agent_id uuid, sealed_secret bytea, ring_version integer,
  expires_at timestamptz, revoked_at timestamptz, suspended_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER ROWS 1
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text := COALESCE(current_setting('atlasbridge.tenant_id', true), '');
  its_tenant uuid;
  its_key text;
  spare_tenant uuid;
  spare_key text;
  is_there boolean;
BEGIN
  SELECT d.tenant_id, d.key_id INTO its_tenant, its_key
    FROM atlasbridge.key_directory d WHERE d.key_id = wanted;
  is_there := its_tenant IS NOT NULL;
  -- The next one by its name, which is another one for each name that is asked for.
  SELECT d.tenant_id, d.key_id INTO spare_tenant, spare_key
    FROM atlasbridge.key_directory d WHERE d.key_id >= wanted ORDER BY d.key_id LIMIT 1;
  IF spare_key IS NULL THEN
    SELECT d.tenant_id, d.key_id INTO spare_tenant, spare_key
      FROM atlasbridge.key_directory d ORDER BY d.key_id LIMIT 1;
  END IF;
  its_tenant := COALESCE(its_tenant, spare_tenant, '00000000-0000-0000-0000-000000000000');
  its_key := COALESCE(its_key, spare_key, wanted);
  PERFORM set_config('atlasbridge.tenant_id', its_tenant::text, true);
  RETURN QUERY
    SELECT CASE WHEN is_there THEN k.tenant_id END, CASE WHEN is_there THEN k.agent_id END,
           COALESCE(CASE WHEN is_there THEN k.sealed_secret END, decode(repeat('00', 81), 'hex')),
           COALESCE(CASE WHEN is_there THEN k.ring_version END, 0),
           CASE WHEN is_there THEN k.expires_at END, CASE WHEN is_there THEN k.revoked_at END,
           CASE WHEN is_there THEN t.suspended_at END
    FROM (SELECT its_tenant AS tenant_id) its
    LEFT JOIN atlasbridge.api_keys k ON k.tenant_id = its.tenant_id AND k.key_id = its_key
    LEFT JOIN atlasbridge.tenants t ON t.tenant_id = its.tenant_id;
  PERFORM set_config('atlasbridge.tenant_id', before, true);
END $$;
