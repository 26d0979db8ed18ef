/** `trace witness`: whose word on how far the log goes is trusted. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../../contracts/errors.ts";
import { type NoteKey, verifierKey } from "../../../contracts/note.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceWitnessesView } from "../../../contracts/views.ts";
import { readWitnesses, witnessKey } from "../../../runtime/trace/cosignatures.ts";
import { sha256Bytes } from "../../../runtime/trace/sha256.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { recordAct } from "./append-own.ts";

export function listWitnesses(cli: Cli): number {
  return tell(cli, readWitnesses(cli.paths.witnessesFile));
}

export function addWitness(cli: Cli, text: string): number {
  assertByPerson(cli);
  const key = witnessKey(text);
  if (key === null) {
    const message = `"${visible(text)}" is not the verifier key of a witness: NAME+ID+KEY, for cosignature/v1`;
    throw new AtlasError("usage", message);
  }
  return tell(cli, trustWitness(cli, key));
}

/** In place of one of the same name. Returns all that are trusted. Recorded first. */
export function trustWitness(cli: Cli, key: NoteKey): NoteKey[] {
  const others = readWitnesses(cli.paths.witnessesFile).filter(({ name }) => name !== key.name);
  recordAct(cli, { action: `trace witness add ${key.name}` });
  const all = [...others, key];
  write(cli, all);
  return all;
}

export function removeWitness(cli: Cli, name: string): number {
  assertByPerson(cli);
  const known = readWitnesses(cli.paths.witnessesFile);
  const others = known.filter((key) => key.name !== name);
  if (others.length === known.length) {
    throw new AtlasError("not_found", `no witness of the name "${visible(name)}" is trusted`);
  }
  recordAct(cli, { action: `trace witness remove ${name}` });
  write(cli, others);
  return tell(cli, others);
}

function write(cli: Cli, keys: readonly NoteKey[]): void {
  const file = cli.paths.witnessesFile;
  const text = keys.map((key) => `${verifierKey(key, sha256Bytes)}\n`).join("");
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const beside = `${file}.${process.pid}.new`;
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (cause) {
    const message = `${file} cannot be written; check the folder's owner, mode and free space`;
    throw new AtlasError("home_unusable", message, { cause });
  }
}

function tell(cli: Cli, keys: readonly NoteKey[]): number {
  const witnesses = keys.map((key) => ({ name: key.name, key: verifierKey(key, sha256Bytes) }));
  const view: TraceWitnessesView = { format: outputFormat, witnesses };
  return print(cli, view, () =>
    witnesses.length === 0
      ? "no witness is trusted; add one with: atlasbridge trace witness add KEY\n"
      : witnesses.map(({ key }) => `${key}\n`).join(""),
  );
}
