/** `cloud sync`: sends everything that waits, and says what became of it. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { type NoteKey, parseVerifierKey } from "../../../contracts/note.ts";
import type { CloudSyncView } from "../../../contracts/upload-state.ts";
import { outputFormat, productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { ed25519Verify } from "../../../runtime/trace/ed25519.ts";
import { type Outgoing, outgoingOf } from "../../../runtime/trace/outgoing.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { openSqliteReader } from "../../../runtime/trace/sqlite-reader.ts";
import { openCloud, type SigningKey } from "../../../runtime/upload/cloud.ts";
import { shownContent } from "../../../runtime/upload/content.ts";
import { sha256 } from "../../../runtime/upload/hashes.ts";
import { type Outcome, type RunOptions, Uploader } from "../../../runtime/upload/uploader.ts";
import type { Cli } from "../cli.ts";
import { duration } from "../layout.ts";
import { ownRedactor, redactionOf } from "../redaction.ts";
import { openOwnStore, ownKey } from "../trace/own-store.ts";
import { visible, visibleJson } from "../visible.ts";
import { type Enrolled, mustBeEnrolled } from "./enrolled.ts";
import { Progress } from "./progress.ts";
import { roomMaker } from "./room.ts";
import { secretOf } from "./secret.ts";
import { sharingOf } from "./sharing.ts";
import { fetchSuccessor } from "./successor.ts";
import { witnessedTo } from "./witnessed.ts";

export type SyncOptions = { follow?: boolean };

export async function sync(cli: Cli, { follow = false }: SyncOptions): Promise<number> {
  const progress = new Progress(cli);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  try {
    const done = await send(cli, {
      follow,
      signal: ending.signal,
      onProgress: (at) => progress.show(at),
    });
    progress.end();
    return report(cli, done);
  } finally {
    progress.end();
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

type Sending = Pick<RunOptions, "follow" | "signal" | "onProgress">;

/** Sends until nothing waits, or for as long as it may. Throws `not_found` where this machine is enrolled nowhere. */
export async function send(cli: Cli, { follow, signal, onProgress }: Sending): Promise<Done> {
  const enrolled = mustBeEnrolled(cli);
  const key = { keyId: enrolled.key_id, secret: await secretOf(cli, enrolled.key_id) };
  const witness = witnessIn(enrolled);
  const keys = ownKey(cli);
  // Opened first: it brings the trace to its latest form, and names the key that vouches for what is sent.
  const store = openOwnStore(cli, ownRedactor(cli), { keys });
  const reader = openSqliteReader(cli.paths.traceFile);
  try {
    // One that lies in the keychain is waited for.
    for (const publicKey of keys.known()) await keys.had(publicKey);
    const outgoing = outgoingOf({
      trace: store,
      reader,
      file: cli.paths.traceFile,
      cloud: enrolled.origin,
      keys,
      witnesses: witness === null ? [] : [witness],
      now: systemClock.now,
    });
    const wired = { enrolled, key, witness, outgoing, ending: signal, store };
    const patienceMs = follow ? null : limits.syncPatienceMs;
    const options = { follow, patienceMs, signal };
    const outcome = await uploaderFor(cli, wired).run(
      onProgress === undefined ? options : { ...options, onProgress },
    );
    const { state, newest } = { state: outgoing.state(), newest: outgoing.newest() };
    return { enrolled, outcome, state, newest };
  } finally {
    reader.close();
    store.close();
  }
}

function witnessIn({ witness_key: key }: Enrolled): NoteKey | null {
  return key === null ? null : parseVerifierKey(key, sha256);
}

type Wired = {
  enrolled: Enrolled;
  key: SigningKey;
  witness: NoteKey | null;
  outgoing: Outgoing;
  ending: AbortSignal;
  store: OwnTrace;
};

function uploaderFor(
  cli: Cli,
  { enrolled, key, witness, outgoing, ending, store }: Wired,
): Uploader {
  let signing = key;
  const redactor = redactionOf(cli)?.whole ?? null;
  const sharing = sharingOf(cli, enrolled, redactor && ((text) => redactor.redact(text)));
  const { origin } = enrolled;
  const parts = { clock: systemClock, random: systemRandom };
  const cloud = openCloud({ ...parts, origin, key: () => signing, signal: ending });
  return new Uploader({
    ...parts,
    outgoing,
    cloud,
    wire: { key: () => signing, show: (content) => shownContent(content, sharing) },
    agent: { version: productVersion, platform: `${process.platform}-${process.arch}` },
    witness,
    verify: ed25519Verify,
    record: (draft) => {
      store.append([draft], { sessionId: null });
    },
    makeRoom: roomMaker(cli, { enrolled, store, sentTo: () => outgoing.state().ackedSeq }),
    expiring: async () => {
      if (enrolled.auto_rotate) signing = await nextKey(cli, cloud, signing);
    },
  });
}

/** Where it cannot be had now, the old one goes on: it has some time yet. */
async function nextKey(
  cli: Cli,
  cloud: ReturnType<typeof openCloud>,
  signing: SigningKey,
): Promise<SigningKey> {
  try {
    return await fetchSuccessor(cli, { cloud, keyId: signing.keyId });
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    cli.note(`warning: ${error.message}`);
    return signing;
  }
}

export type Done = {
  enrolled: Enrolled;
  outcome: Outcome;
  /** As it was left. */
  state: ReturnType<Outgoing["state"]>;
  newest: number;
};

function report(cli: Cli, { enrolled, outcome, state, newest }: Done): number {
  const { sent, batches, trouble, incident } = outcome;
  const waiting = Math.max(0, newest - state.ackedSeq);
  const view: CloudSyncView = {
    format: outputFormat,
    sent,
    batches,
    waiting,
    acked_seq: state.ackedSeq,
    witnessed: witnessedTo(state.cosigned),
    trouble,
  };
  cli.out(cli.json ? `${visibleJson(view)}\n` : told(view, enrolled));
  if (state.keyExpiresAt !== null && !cli.json) cli.note(expiryWarning(state.keyExpiresAt));
  if (incident !== null) return exitCodes.integrity;
  return trouble === null ? exitCodes.ok : exitCodes.failed;
}

function told(
  { sent, waiting, trouble, witnessed, acked_seq: acked }: CloudSyncView,
  { origin }: Enrolled,
): string {
  const witness = witnessed === 0 ? "" : `, its witness signed up to entry ${witnessed}`;
  if (trouble === null) {
    const what = sent === 0 ? "nothing waited" : `sent ${sent} entries`;
    const rest = waiting === 0 ? "" : `; ${waiting} still wait`;
    return `${what}: ${origin} has entries 1 to ${acked}${witness}${rest}\n`;
  }
  const ends = trouble.stopped
    ? "nothing more is sent until you have seen to it, then: atlasbridge cloud sync"
    : "they are kept; try again later";
  return `sent ${sent} entries, ${waiting} wait: ${visible(trouble.detail)} (${trouble.problem}); ${ends}\n`;
}

function expiryWarning(at: number): string {
  const left = at - systemClock.now();
  const when = left > 0 ? `in ${duration(left)}` : "now";
  return `warning: the key that signs stops working ${when}; fetch the next one: atlasbridge cloud rotate-key`;
}
