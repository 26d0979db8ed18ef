/** Checkpoints: a signed statement of a trace's size and root, which no later trace may contradict (C2SP tlog-checkpoint). */
import type { AgentId } from "./ids.ts";
import { hashBytes, type Sha256, type TreeHead } from "./merkle.ts";
import {
  fromBase64,
  type Ed25519Sign,
  type Note,
  type NoteKey,
  parseNote,
  signNote,
} from "./note.ts";

/** Whose trace it is: the first line of each checkpoint, and the name of the key that signs it. */
export function originOf(agent: AgentId | string): string {
  return `atlasbridge/trace/${agent}`;
}

export function agentKey(agent: AgentId | string, publicKey: Uint8Array): NoteKey {
  return { name: originOf(agent), publicKey, type: "ed25519" };
}

export type Checkpoint = TreeHead & { origin: string };

/** Origin, size in decimal and root in base64, a line each. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toBase64()}\n`;
}

/** Of a note's text; null for what is no checkpoint. Further lines are extensions: they are signed, and not read. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin = "", size = "", encoded = "", ...rest] = text.split("\n");
  if (origin === "" || !/^(?:0|[1-9]\d{0,15})$/.test(size) || rest.length === 0) return null;
  const root = fromBase64(encoded);
  const leaves = Number(size);
  if (root?.length !== hashBytes || !Number.isSafeInteger(leaves)) return null;
  return { origin, size: leaves, root };
}

/** A checkpoint and the note that carries it; null for what is none. The signatures are not checked by this. */
export function parseSignedCheckpoint(text: string): { note: Note; checkpoint: Checkpoint } | null {
  const note = parseNote(text);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  return note === null || checkpoint === null ? null : { note, checkpoint };
}

export function signCheckpoint(
  { size, root }: TreeHead,
  by: { key: NoteKey; sign: Ed25519Sign; sha256: Sha256 },
): string {
  return signNote(checkpointText({ origin: by.key.name, size, root }), by);
}
