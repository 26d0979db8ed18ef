/** What witnesses have signed of the trace: checked, kept in it, and who they are. */
import { readFileSync } from "node:fs";
import { originOf, parseSignedCheckpoint } from "../../contracts/checkpoint.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { parseVerifierKey, type NoteKey, vouchersOf } from "../../contracts/note.ts";
import { ed25519Verify } from "./ed25519.ts";
import type { OwnTrace } from "./own-trace.ts";
import { sha256Bytes } from "./sha256.ts";
import type { Connection, SqlRow } from "./sqlite-connection.ts";

/** `at_s`: the time that the witness tells, in seconds since 1970. `note`: the checkpoint with its line. */
export type CosignatureRow = SqlRow & {
  size: number;
  witness: string;
  at_s: number;
  note: string;
};

export function readCosignatures(connection: Connection): CosignatureRow[] {
  const known = "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'cosignatures'";
  if (connection.rows(known).length === 0) return [];
  const sql = "SELECT size, witness, at_s, note FROM cosignatures ORDER BY size, witness";
  return connection.rows<CosignatureRow>(sql);
}

export type KeptCosignature =
  /** Also where it contradicts the trace: then it is what proves that, and `trace verify` says so. */
  { kept: true; size: number; witnesses: string[] } | { kept: false; why: string };

/**
 * Keeps what witnesses have signed: `note` is a checkpoint of this trace with a cosignature (C2SP tlog-cosignature) of
 * at least one of the `witnesses`. Durable on return; may repeat. Throws what the store throws.
 */
export function keepCosignature(
  trace: OwnTrace,
  { note, witnesses }: { note: string; witnesses: readonly NoteKey[] },
): KeptCosignature {
  const signed = parseSignedCheckpoint(note);
  if (signed === null) return { kept: false, why: "it is no checkpoint" };
  const { origin, size } = signed.checkpoint;
  if (origin !== originOf(trace.agentId)) return { kept: false, why: "it is of another trace" };
  const by = { verify: ed25519Verify, sha256: sha256Bytes };
  const vouched = vouchersOf(signed.note, witnesses, by);
  if (vouched === null) return { kept: false, why: "a signature in it does not hold" };
  if (vouched.length === 0) return { kept: false, why: "no witness that is known has signed it" };
  trace.upkeep(({ connection }) => {
    const sql = "INSERT OR REPLACE INTO cosignatures (size, witness, at_s, note) VALUES (?,?,?,?)";
    for (const { by: witness, atSeconds } of vouched) {
      connection.run(sql, size, witness.name, atSeconds ?? 0, note);
    }
  });
  return { kept: true, size, witnesses: vouched.map(({ by: { name } }) => name) };
}

/** More is no list of witnesses that anybody would keep. */
const witnessFileBytesMax = 65_536;

/**
 * The witnesses that are trusted: a verifier key (C2SP signed-note) a line; lines that begin with # are remarks. None
 * where there is no such file. Throws `config_invalid` naming the line.
 */
export function readWitnesses(file: string): NoteKey[] {
  const text = textOf(file);
  if (text.length > witnessFileBytesMax) {
    throw new AtlasError("config_invalid", `${file} is too large for a list of witnesses`);
  }
  return text.split("\n").flatMap((line, at) => {
    const key = line.trim();
    if (key === "" || key.startsWith("#")) return [];
    const parsed = witnessKey(key);
    if (parsed !== null) return [parsed];
    const message = `${file}:${at + 1}: not the verifier key of a witness: NAME+ID+KEY, for cosignature/v1`;
    throw new AtlasError("config_invalid", message);
  });
}

/** Null for what is none: a plain signer's key does not make a witness. */
export function witnessKey(text: string): NoteKey | null {
  const key = parseVerifierKey(text, sha256Bytes);
  return key?.type === "cosignature" ? key : null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw new AtlasError("home_unusable", `${file} cannot be read; check its owner and mode`, {
      cause: error,
    });
  }
}
