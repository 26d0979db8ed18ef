-- What a search for text looks through, in lower case: comparing letters without their case took most of each search.
-- An index of parts of words would not be used: row level security keeps LIKE from it, since LIKE may tell of its operands.

ALTER TABLE atlasbridge.trace_sessions ADD COLUMN mentions text GENERATED ALWAYS AS (
  lower(COALESCE(tool, '') || ' ' || COALESCE(label, '') || ' ' || COALESCE(command, '') || ' ' || COALESCE(cwd, ''))
) STORED;
