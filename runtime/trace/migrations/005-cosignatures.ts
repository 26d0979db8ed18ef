/** Migration 5: what witnesses have signed of the trace, each with a time of its own. */
export const cosignaturesMigration = `
-- note: a C2SP signed note, the checkpoint with the witness's line. at_s: the time that it tells, in seconds since 1970.
CREATE TABLE cosignatures (
  size INTEGER NOT NULL,
  witness TEXT NOT NULL,
  at_s INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (size, witness)
) STRICT, WITHOUT ROWID;
`;
