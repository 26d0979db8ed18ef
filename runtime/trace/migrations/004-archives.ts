/** Migration 4: which parts of the trace lie in files of their own, and up to where content was kept for long enough. */
export const archivesMigration = `
-- Ascending; the entries up to the largest to_seq are no longer here. hash: of entry to_seq. roots: of the tree of all
-- entries up to it, as in "tree". public_key: the one in force after it, 64 hex digits; null where there is none.
CREATE TABLE archives (
  to_seq INTEGER PRIMARY KEY,
  from_seq INTEGER NOT NULL,
  file TEXT NOT NULL,
  hash TEXT NOT NULL,
  roots TEXT NOT NULL,
  public_key TEXT
) STRICT;

-- One row: up to this entry all content that had to be erased by its age was.
CREATE TABLE retention (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  to_seq INTEGER NOT NULL
) STRICT;
`;
