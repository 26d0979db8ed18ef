-- What platform staff have set for one tenant; null: as for everybody. In its own row, so that the boundary guards it.

ALTER TABLE atlasbridge.tenant_settings
  ADD COLUMN requests_per_minute integer CHECK (requests_per_minute BETWEEN 1 AND 10000000),
  ADD COLUMN agents_max integer CHECK (agents_max BETWEEN 1 AND 1000000),
  ADD COLUMN keys_max integer CHECK (keys_max BETWEEN 1 AND 100000),
  ADD COLUMN members_max integer CHECK (members_max BETWEEN 1 AND 100000);
