/** A page can check proofs by itself: bundled for a browser, run where there is neither Bun nor Node, small enough to load. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { beforeAll, describe, expect, test } from "bun:test";
import { contentHash, entryHash, type Sha256Hex } from "./chain.ts";
import { agentKey, signCheckpoint } from "./checkpoint.ts";
import type { ConsistencyFile } from "./consistency.ts";
import { exampleAgentId } from "./examples.ts";
import { genesisHash } from "./ids.ts";
import {
  consistencyProof,
  emptyFrontier,
  grown,
  inclusionProof,
  leafHash,
  rootOf,
  type Sha256,
} from "./merkle.ts";
import { cosign, type NoteKey, verifierKey } from "./note.ts";
import type { EntryProof } from "./proof.ts";
import { entry, type Entry } from "./trace.ts";

/** Of the first load of a page, gzipped: what a tenth of its script may be. */
const gzippedBytesMax = 61_440;

const sha256Hex: Sha256Hex = (data) => createHash("sha256").update(data).digest("hex");
const sha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());

function signer(name: string, type: NoteKey["type"]) {
  const pair = generateKeyPairSync("ed25519");
  const spki = pair.publicKey.export({ format: "der", type: "spki" });
  const key: NoteKey = { name, publicKey: new Uint8Array(spki.subarray(-32)), type };
  return {
    key,
    sign: (text: Uint8Array) => new Uint8Array(sign(null, text, pair.privateKey)),
    sha256,
  };
}

const own = signer(agentKey(exampleAgentId, new Uint8Array(32)).name, "ed25519");
const witness = signer("witness.example.com", "cosignature");
const content = { reply: "ja – ✓" };
const salt = "00112233445566778899aabbccddeeff";

const chain: Entry[] = [];
for (let seq = 1; seq <= 9; seq += 1) {
  const unhashed = {
    v: 1 as const,
    agent_id: exampleAgentId,
    seq,
    at: 1_790_000_000_000 + seq,
    session_id: null,
    kind: "operator.acted" as const,
    data: { action: `act ${seq}`, by: "cli" as const },
    content_hash: contentHash(content, Uint8Array.fromHex(salt), sha256Hex),
    prev: chain.at(-1)?.hash ?? genesisHash,
  };
  const parsed = entry.parse({ ...unhashed, hash: genesisHash });
  const { hash: _none, ...fields } = parsed;
  chain.push({ ...fields, hash: entryHash(fields, sha256Hex) });
}
const leaves = chain.map(({ hash }) => leafHash(Uint8Array.fromHex(hash), sha256));

function noteOver(size: number): string {
  const tree = leaves
    .slice(0, size)
    .reduce((grew, leaf) => grown(grew, leaf, sha256), emptyFrontier);
  const note = signCheckpoint({ size, root: rootOf(tree, sha256) }, own);
  return cosign(note, 1_790_000_000, witness) ?? "";
}

const [first] = chain.slice(4);
if (first === undefined) throw new Error("there must be a fifth entry");
const proof: EntryProof = {
  format: "atlasbridge.proof/1",
  entry: first,
  content,
  salt,
  checkpoint: noteOver(9),
  path: inclusionProof(leaves, 4, sha256).map((step) => step.toBase64()),
  key: verifierKey(own.key, sha256),
};
const consistency: ConsistencyFile = {
  format: "atlasbridge.consistency/1",
  first: noteOver(6),
  second: noteOver(9),
  proof: consistencyProof(leaves, 6, sha256).map((step) => step.toBase64()),
  keys: [verifierKey(own.key, sha256)],
};

let script = "";
beforeAll(async () => {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "page.example.ts")],
    target: "browser",
    format: "iife",
    minify: true,
  });
  script = (await built.outputs[0]?.text()) ?? "";
});

/** In a realm of its own, with what every browser has and no more. */
function inPage(call: string, ...args: unknown[]): unknown {
  const page = createContext({ TextEncoder, TextDecoder, atob, btoa, args: JSON.stringify(args) });
  runInContext(script, page);
  expect(runInContext("typeof Bun + typeof process + typeof Buffer + typeof require", page)).toBe(
    "undefined".repeat(4),
  );
  return JSON.parse(String(runInContext(`${call}(...JSON.parse(args))`, page)));
}

describe("in a page", () => {
  const trust = { trusted: proof.key, witnesses: [verifierKey(witness.key, sha256)] };

  test("an entry is proved with its content, and who witnessed it", () => {
    expect(inPage("checkProof", JSON.stringify(proof), trust)).toMatchObject({
      ok: true,
      size: 9,
      witnesses: [{ name: "witness.example.com", atSeconds: 1_790_000_000 }],
    });
  });

  test("what was changed is not", () => {
    const changes: Partial<EntryProof>[] = [
      { entry: { ...first, at: first.at + 1 } },
      { content: { reply: "nein" } },
      { path: proof.path.toReversed() },
      { checkpoint: proof.checkpoint.replace("\n9\n", "\n8\n") },
      { checkpoint: proof.checkpoint.replace(/— witness(.*)....\n$/, "— witness$1AAA=\n") },
    ];
    for (const change of changes) {
      const forged = JSON.stringify({ ...proof, ...change });
      expect(inPage("checkProof", forged, trust)).toMatchObject({ ok: false });
    }
    const stranger = verifierKey(signer(own.key.name, "ed25519").key, sha256);
    expect(inPage("checkProof", JSON.stringify(proof), { trusted: stranger })).toMatchObject({
      ok: false,
      why: "the checkpoint is not signed by that key",
    });
  });

  test("that the trace has only grown is proved, and that it has not is seen", () => {
    const text = JSON.stringify(consistency);
    expect(inPage("checkConsistency", text, null)).toMatchObject({ ok: true, from: 6, to: 9 });
    const { first: earlier, second: later } = consistency;
    for (const change of [
      { first: noteOver(5) },
      { first: later, second: earlier },
      { proof: consistency.proof.slice(1) },
      { second: later.replace("\n9\n", "\n8\n") },
    ]) {
      const forged = JSON.stringify({ ...consistency, ...change });
      expect(inPage("checkConsistency", forged, null)).toMatchObject({ ok: false });
    }
    const stranger = [verifierKey(signer(own.key.name, "ed25519").key, sha256)];
    expect(inPage("checkConsistency", text, stranger)).toMatchObject({ ok: false });
  });

  test("it is small enough to be loaded with the page", () => {
    const gzipped = Bun.gzipSync(Buffer.from(script)).length;
    expect(gzipped).toBeLessThanOrEqual(gzippedBytesMax);
  });
});

const chromium = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => Bun.which(name))
  .find((path) => path !== null);

// Skipped where there is no Chromium.
test.skipIf(chromium === undefined)(
  "in a real browser",
  async () => {
    const call = `checkProof(${JSON.stringify(JSON.stringify(proof))}, { trusted: ${JSON.stringify(proof.key)} })`;
    const html = `<script>${script.replaceAll("</script", "<\\/script")}</script><script>document.title = ${call}</script>`;
    const folder = mkdtempSync(join(tmpdir(), "atlasbridge-page-"));
    const file = join(folder, "page.html");
    writeFileSync(file, html);
    const flags = ["--headless", "--no-sandbox", `--user-data-dir=${folder}`, "--dump-dom"];
    const { stdout } = Bun.spawnSync([chromium ?? "", ...flags, pathToFileURL(file).href]);
    rmSync(folder, { recursive: true, force: true });
    expect(stdout.toString()).toContain('{"ok":true');
  },
  60_000,
);
