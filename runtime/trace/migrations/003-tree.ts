/** Migration 3: where the Merkle tree over the entries stands, and the signed statements of it. */
export const treeMigration = `
-- One row: the tree of all entries. roots: 64 hex digits for each full subtree, the largest first.
CREATE TABLE tree (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  roots TEXT NOT NULL
) STRICT;

-- note: a C2SP signed note. Nothing in it is believed without its signature.
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;
`;
