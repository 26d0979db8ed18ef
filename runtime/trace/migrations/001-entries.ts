/** Migration 1: the entries, who may still type into which prompt, and who holds which open session. */
export const entriesMigration = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  agent_id TEXT NOT NULL
) STRICT;

-- content and salt stand outside the hash: they can be erased and the chain still verifies.
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  v INTEGER NOT NULL,
  agent_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  session_id TEXT,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  content_hash TEXT,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  content TEXT,
  salt TEXT
) STRICT;
CREATE INDEX entries_of_session ON entries (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX entries_of_kind ON entries (kind);

-- One row for each prompt that was typed into: the primary key is what makes it once.
CREATE TABLE claims (
  prompt_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES entries (seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE holders (
  session_id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  started_as TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
