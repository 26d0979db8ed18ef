/** What the parts of a simulated world know of each other. */
import type { SessionHolder } from "../runtime/trace/store.ts";
import type { KeySource } from "../runtime/trace/agent-key.ts";
import type { SessionOptions, SessionParts } from "../runtime/session/parts.ts";
import type { Chance } from "./chance.ts";
import type { Service, Weather } from "./service.ts";
import type { Disk } from "./disk.ts";
import type { Fact } from "./facts.ts";
import type { Time } from "./time.ts";

/** Where a canary changes the product. */
export type Tampering = (
  parts: SessionParts,
  options: SessionOptions,
) => { parts: SessionParts; options: SessionOptions };

/** The world around a machine. */
export interface Around {
  readonly time: Time;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly service: Service;
  /** Of the witness, as a verifier is told. */
  readonly witnessKey: string;
  readonly hasCloud: boolean;
  readonly tamper: Tampering;
  /** Right, whatever the clocks of its machines say. */
  readonly wallNow: number;
  /** A line of the history. */
  note(line: string): void;
  tell(fact: Fact): void;
  /** Something threw that nothing of ours throws on purpose. */
  broke(error: unknown): void;
}

/** The machine on which a session runs. */
export interface Place {
  readonly world: Around;
  readonly name: string;
  readonly file: string;
  readonly disk: Disk;
  readonly keys: KeySource;
  readonly wallOffsetMs: number;
  readonly isGone: (holder: SessionHolder) => boolean;
  note(line: string): void;
  /** How the start of that process is told from another one of its number. */
  bootOf(pid: number): string;
  /** Something is durable that was not. */
  grew(): void;
  /** Tells what has become durable since the last look. */
  lookAtTrace(): void;
}
