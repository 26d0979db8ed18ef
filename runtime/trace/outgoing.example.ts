/** A signed trace with entries that wait to be sent, for tests. */
import { Database } from "bun:sqlite";
import { onTestFinished } from "bun:test";
import { dirname, join } from "node:path";
import type { NoteKey } from "../../contracts/note.ts";
import type { TraceReport } from "../../contracts/views.ts";
import { systemClock } from "../clock.ts";
import { AgentKey } from "./agent-key.ts";
import * as draft from "./drafts.example.ts";
import { ed25519Verify } from "./ed25519.ts";
import { openAt } from "./opened.example.ts";
import { type Outgoing, outgoingOf, type OutgoingOptions } from "./outgoing.ts";
import type { OwnTrace } from "./own-trace.ts";
import { scratchFolder } from "./scratch.example.ts";
import { verifyTrace } from "./verify.ts";
import { openSqliteReader, type TraceReader } from "./sqlite-reader.ts";

export class OutgoingTrace {
  readonly folder: string;
  readonly file: string;
  readonly verify = ed25519Verify;
  readonly store: OwnTrace;
  readonly outgoing: Outgoing;
  /** Those whose word is kept. */
  readonly witnesses: NoteKey[] = [];
  readonly #reader: TraceReader;
  readonly #keys: AgentKey;

  /** Only within a test. Holds so many entries behind the two that begin every trace. */
  constructor(entries = 14, file = join(scratchFolder(), "trace.db"), clock = systemClock) {
    this.file = file;
    this.folder = dirname(file);
    this.#keys = new AgentKey(join(this.folder, "agent.key"));
    this.store = openAt(this.file, { keys: this.#keys, clock });
    if (entries > 0) this.note(entries);
    this.#reader = openSqliteReader(this.file);
    this.outgoing = this.to("http://127.0.0.1:1");
    onTestFinished(() => this.close());
  }

  /** What is to be sent to that service. `keys`: those by which the trace is vouched for. */
  to(cloud: string, keys: OutgoingOptions["keys"] = this.#keys): Outgoing {
    const { file, store: trace, witnesses } = this;
    const options = { trace, reader: this.#reader, file, cloud, witnesses, now: systemClock.now };
    return outgoingOf({ ...options, keys });
  }

  /** Safe to call twice. */
  close(): void {
    this.#reader.close();
    this.store.close();
  }

  /** A session of three prompts: 14 entries. */
  session(): void {
    draft.writeSession(this.store, 3);
  }

  /** So many entries more, at once. */
  note(count = 1): void {
    const drafts = Array.from({ length: count }, () => draft.noted());
    this.store.append(drafts, { sessionId: null });
  }

  /** Another file of the same folder, and so of the same key. */
  reopened(name: string): OutgoingTrace {
    return new OutgoingTrace(0, join(this.folder, name));
  }

  /** Behind the store's back. */
  change(...statements: string[]): void {
    const database = new Database(this.file);
    for (const sql of statements) database.run(sql);
    database.close();
  }

  get hashes(): string[] {
    return [...this.store.entries()].map(({ hash }) => hash);
  }

  kinds(): string[] {
    return [...this.store.entries()].map(({ kind }) => kind);
  }

  report(): TraceReport {
    return verifyTrace(this.#reader, { witnessed: { known: this.witnesses, notes: [] } });
  }
}
