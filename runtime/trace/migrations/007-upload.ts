/** Migration 7: how far the trace was taken by the cloud; its entries are the queue, this is the place in it. */
export const uploadMigration = `
-- cloud: whose acknowledgements these are. roots: of the tree of all entries up to acked_seq, as in "tree".
-- cosigned: the newest checkpoint with its witness's line. trouble: JSON of contracts/upload-state.ts.
CREATE TABLE upload (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  cloud TEXT NOT NULL,
  acked_seq INTEGER NOT NULL,
  acked_hash TEXT NOT NULL,
  acked_at INTEGER,
  roots TEXT NOT NULL,
  cosigned TEXT,
  key_expires_at INTEGER,
  trouble TEXT
) STRICT;
`;
