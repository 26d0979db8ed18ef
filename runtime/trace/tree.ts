/** The Merkle tree of the trace as it lies in the database: grows with each entry, in the same transaction. */
import { emptyFrontier, type Frontier, grown, leafHash } from "../../contracts/merkle.ts";
import { TraceBroken } from "./broken.ts";
import { sha256Bytes } from "./sha256.ts";
import type { Connection } from "./sqlite-connection.ts";

const eachRoot = /.{64}/g;

/** The tree with the entry of this hash (64 hex digits) as its next leaf. */
export function withEntry(frontier: Frontier, entryHash: string): Frontier {
  return grown(frontier, leafHash(Uint8Array.fromHex(entryHash), sha256Bytes), sha256Bytes);
}

type TreeRow = { size: number; roots: string };

export function readTree(connection: Connection): Frontier {
  const row = connection.rows<TreeRow>("SELECT size, roots FROM tree")[0];
  return row === undefined ? emptyFrontier : treeOf(row);
}

function treeOf({ size, roots }: TreeRow): Frontier {
  return { size, roots: rootsOf(roots) };
}

/** 64 hex digits for each. */
export function rootsOf(text: string): Uint8Array[] {
  return (text.match(eachRoot) ?? []).map((root) => Uint8Array.fromHex(root));
}

/** For a check of the file: the tree, and the last entry at the same moment; null where there is no tree yet. */
export function readStanding(connection: Connection): { tree: Frontier; head: number } | null {
  const known = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'tree'";
  if (connection.rows(known).length === 0) return null;
  const sql =
    "SELECT (SELECT max(seq) FROM entries) AS head, (SELECT size FROM tree) AS size, (SELECT roots FROM tree) AS roots";
  const [row] = connection.rows<{ head: number | null; size: number | null; roots: string | null }>(
    sql,
  );
  const { head = null, size = null, roots = null } = row ?? {};
  const hasForm = size !== null && roots !== null && /^(?:[0-9a-f]{64})*$/.test(roots);
  return { tree: hasForm ? treeOf({ size, roots }) : emptyFrontier, head: head ?? 0 };
}

export function writeTree(connection: Connection, { size, roots }: Frontier): void {
  const text = roots.map((root) => root.toHex()).join("");
  connection.run("INSERT OR REPLACE INTO tree (one, size, roots) VALUES (1, ?, ?)", size, text);
}

/**
 * Grows the tree by entries that were inserted just now behind entry `after`. Throws `trace_corrupt` when it is not the
 * tree of what stood there before: entries were removed or added behind its back.
 */
export function growTree(
  connection: Connection,
  { file, after, hashes }: { file: string; after: number; hashes: readonly string[] },
): Frontier {
  const before = readTree(connection);
  if (before.size !== after) {
    const found = `its tree has ${before.size} entries, and it holds ${after}`;
    throw new TraceBroken(file, { why: "tampered", found });
  }
  const tree = hashes.reduce(withEntry, before);
  writeTree(connection, tree);
  return tree;
}

/** For a trace whose entries are older than the tree. */
export function plantTree(connection: Connection): void {
  let tree = emptyFrontier;
  for (;;) {
    const page = connection.rows<{ hash: string }>(
      "SELECT hash FROM entries WHERE seq > ? ORDER BY seq LIMIT 4096",
      tree.size,
    );
    if (page.length === 0) break;
    for (const { hash } of page) tree = withEntry(tree, hash);
  }
  if (tree.size > 0) writeTree(connection, tree);
}
