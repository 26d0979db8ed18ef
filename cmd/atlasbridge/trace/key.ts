/** `trace key`: where the agent's key is, another place for it, and another key. */
import { agentKey } from "../../../contracts/checkpoint.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { verifierKey } from "../../../contracts/note.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { TraceKeyView } from "../../../contracts/views.ts";
import { keyInForce } from "../../../runtime/trace/checkpoints.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { type KeyPair, newPrivateKeyPem, readKeyPair } from "../../../runtime/trace/ed25519.ts";
import {
  keychainEntry,
  type KeyPlace,
  pointerText,
  readKeyFile,
  replaceKeyFile,
} from "../../../runtime/trace/key-file.ts";
import { rotateKey } from "../../../runtime/trace/rotate.ts";
import { sha256Bytes } from "../../../runtime/trace/sha256.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { assertDone, keychainOf } from "../secrets/keychain.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { recordAct } from "./append-own.ts";
import { openOwnStore, ownKey } from "./own-store.ts";
import { openTrace } from "./source.ts";

export type Place = KeyPlace["at"];

export function showKey(cli: Cli): number {
  return tell(cli, placeOrThrow(cli));
}

/** The key itself stays the same one: nothing that was signed by it is touched. */
export async function moveKey(cli: Cli, to: Place): Promise<number> {
  assertByPerson(cli);
  const { keyFile } = cli.paths;
  // Makes the key where there is none yet.
  openOwnStore(cli, ownRedactorOrDefault(cli)).close();
  const place = placeOrThrow(cli);
  if (place.at === to) {
    cli.note(`it is there already`);
    return tell(cli, place);
  }
  const pem = await pemOf(cli, place);
  recordAct(cli, { action: `trace key move ${to}` });
  if (to === "keychain") {
    await intoKeychain(cli, pem);
    replaceKeyFile(keyFile, pointerText(place.publicKey));
  } else {
    replaceKeyFile(keyFile, pem);
    assertDone(await keychainOf(cli).remove(keychainEntry(place.publicKey)));
  }
  return tell(cli, placeOrThrow(cli));
}

export async function rotate(
  cli: Cli,
  { lost = false, to }: { lost?: boolean; to?: Place },
): Promise<number> {
  assertByPerson(cli);
  const { keyFile } = cli.paths;
  const keys = ownKey(cli);
  const trace = openOwnStore(cli, ownRedactorOrDefault(cli), { keys });
  try {
    const before = readKeyFile(keyFile);
    if (lost) assertLost(cli, trace, before);
    const old = lost ? null : await pairOf(cli, before);
    const next = newPrivateKeyPem();
    const at = to ?? before?.at ?? "file";
    if (at === "keychain") await intoKeychain(cli, next);
    recordAct(cli, { action: lost ? "trace key rotate --lost" : "trace key rotate" });
    rotateKey(trace, { keyFile, next, at, old });
    await forgetOld(cli, before);
  } finally {
    trace.close();
  }
  return tell(cli, placeOrThrow(cli));
}

function assertLost(cli: Cli, trace: OwnTrace, place: KeyPlace | null): void {
  const inForce = trace.upkeep(({ connection }) => keyInForce(connection, cli.paths.traceFile));
  if (place?.at !== "file" || place.publicKey !== inForce) return;
  throw new AtlasError(
    "usage",
    "the key is not lost; leave --lost out, so that it vouches for the next one",
  );
}

/** Throws `keychain_unavailable`, or `not_found` with the way on for one whose key is gone. */
async function pairOf(cli: Cli, place: KeyPlace | null): Promise<KeyPair> {
  const pem = place === null ? null : await pemOf(cli, place);
  const pair = pem === null ? null : readKeyPair(pem);
  if (pair !== null) return pair;
  const message = `the agent's key ${cli.paths.keyFile} is not there; put it back, or go on with one that nobody vouches for: atlasbridge trace key rotate --lost`;
  throw new AtlasError("not_found", message);
}

/** It stays good for checking; nothing more is to be signed by it. */
async function forgetOld(cli: Cli, before: KeyPlace | null): Promise<void> {
  if (before?.at !== "keychain") return;
  const removed = await keychainOf(cli).remove(before.entry);
  if (!removed.ok) cli.note(`warning: the old key could not be taken out of the keychain`);
}

async function pemOf(cli: Cli, place: KeyPlace): Promise<string> {
  if (place.at === "file") return place.pem;
  const read = await keychainOf(cli).read(place.entry, { withinMs: limits.keychainAskMs });
  assertDone(read);
  const pem = read.secret === null ? null : new TextDecoder().decode(read.secret);
  if (pem !== null && readKeyPair(pem)?.publicKey.toHex() === place.publicKey) return pem;
  const message =
    "the keychain does not hold the agent's key, or is locked; unlock it, or go on with a new key: atlasbridge trace key rotate --lost";
  throw new AtlasError("keychain_unavailable", message);
}

/** Asked back before anything relies on it. */
async function intoKeychain(cli: Cli, pem: string): Promise<void> {
  const publicKey = readKeyPair(pem)?.publicKey.toHex() ?? "";
  const entry = keychainEntry(publicKey);
  assertDone(await keychainOf(cli).write(entry, new TextEncoder().encode(pem)));
  await pemOf(cli, { at: "keychain", publicKey, entry });
}

function placeOrThrow({ paths }: Cli): KeyPlace {
  const place = readKeyFile(paths.keyFile);
  if (place !== null) return place;
  const message = `there is no key at ${paths.keyFile}; it is made with the first session, or was lost: atlasbridge trace key rotate --lost`;
  throw new AtlasError("not_found", message);
}

function tell(cli: Cli, { at, publicKey }: KeyPlace): number {
  const trace = openTrace(cli);
  const agent = trace?.agentId ?? null;
  trace?.close();
  const raw = Uint8Array.fromHex(publicKey);
  const view: TraceKeyView = {
    format: outputFormat,
    kept_in: at,
    file: cli.paths.keyFile,
    public_key: publicKey,
    fingerprint: `SHA256:${sha256Bytes(raw).toBase64().replace(/=+$/, "")}`,
    key: agent === null ? null : verifierKey(agentKey(agent, raw), sha256Bytes),
  };
  return print(cli, view, () => {
    const where = at === "file" ? view.file : `the keychain (${view.file} says so)`;
    const lines = [`kept in      ${where}`, `fingerprint  ${view.fingerprint}`];
    if (view.key !== null) lines.push(`key          ${view.key}`);
    return `${lines.join("\n")}\n`;
  });
}
