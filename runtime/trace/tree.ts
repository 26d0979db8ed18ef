/** The Merkle tree of the trace as it lies in the database: grows with each entry, in the same transaction. */
import { emptyFrontier, type Frontier, grown, leafHash } from "../../contracts/merkle.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { sha256Bytes } from "./sha256.ts";
import type { Connection } from "./sqlite-connection.ts";

const eachRoot = /.{64}/g;

/** The tree with the entry of this hash (64 hex digits) as its next leaf. */
export function withEntry(frontier: Frontier, entryHash: string): Frontier {
  return grown(frontier, leafHash(Uint8Array.fromHex(entryHash), sha256Bytes), sha256Bytes);
}

function readTree(connection: Connection): Frontier {
  type Row = { size: number; roots: string };
  const row = connection.rows<Row>("SELECT size, roots FROM tree")[0];
  if (row === undefined) return emptyFrontier;
  return { size: row.size, roots: rootsOf(row.roots) };
}

/** 64 hex digits for each. */
export function rootsOf(text: string): Uint8Array[] {
  return (text.match(eachRoot) ?? []).map((root) => Uint8Array.fromHex(root));
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
    const message = `the trace ${file} was tampered with: its tree has ${before.size} entries, and it holds ${after}; move it away to begin a new one, and keep it: "atlasbridge trace verify" tells how much is sound`;
    throw new AtlasError("trace_corrupt", message);
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
