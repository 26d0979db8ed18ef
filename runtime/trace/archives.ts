/** What a trace knows of its parts that lie in files of their own, and how its tree goes on without them. */
import type { Frontier } from "../../contracts/merkle.ts";
import { rootsOf } from "./tree.ts";
import type { Connection, SqlRow } from "./sqlite-connection.ts";

/** One part: the entries `fromSeq` to `toSeq`. */
export type Archive = {
  fromSeq: number;
  toSeq: number;
  /** Its name in the folder of archives. */
  file: string;
  /** Of entry `toSeq`. */
  hash: string;
  /** The tree of all entries up to `toSeq`. */
  tree: Frontier;
  /** The one in force after it; null where there is none. */
  publicKey: string | null;
};

type Row = SqlRow & {
  from_seq: number;
  to_seq: number;
  file: string;
  hash: string;
  roots: string;
  public_key: string | null;
};

/** Ascending. None in a trace that an older version has written. */
export function readArchives(connection: Connection): Archive[] {
  return hasArchives(connection)
    ? connection.rows<Row>("SELECT * FROM archives ORDER BY to_seq").map(archiveOf)
    : [];
}

/** The last one: the trace goes on after it. */
export function newestArchive(connection: Connection): Archive | null {
  if (!hasArchives(connection)) return null;
  const sql = "SELECT * FROM archives ORDER BY to_seq DESC LIMIT 1";
  const row = connection.rows<Row>(sql)[0];
  return row === undefined ? null : archiveOf(row);
}

export function insertArchive(connection: Connection, archive: Archive): void {
  const { fromSeq, toSeq, file, hash, tree, publicKey } = archive;
  const roots = tree.roots.map((root) => root.toHex()).join("");
  const sql =
    "INSERT INTO archives (from_seq, to_seq, file, hash, roots, public_key) VALUES (?,?,?,?,?,?)";
  connection.run(sql, fromSeq, toSeq, file, hash, roots, publicKey);
}

function archiveOf({ from_seq, to_seq, file, hash, roots, public_key }: Row): Archive {
  const tree = { size: to_seq, roots: rootsOf(roots) };
  return { fromSeq: from_seq, toSeq: to_seq, file, hash, tree, publicKey: public_key };
}

function hasArchives(connection: Connection): boolean {
  const sql = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'archives'";
  return connection.rows(sql).length > 0;
}
