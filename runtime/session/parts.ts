/** What a session is given and what it gives back: its options, its parts and its end. */
import type { Activity } from "../../contracts/activity.ts";
import type { AuditMode } from "../../contracts/config.ts";
import type { Decision } from "../../contracts/decision.ts";
import type { SessionId } from "../../contracts/ids.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { Asking, EntryDraft, StoredEntry } from "../../contracts/trace.ts";
import type { Clock } from "../clock.ts";
import type { OnStroke } from "../inject/inject.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { LookAtKernel } from "../pty/kernel-wait.ts";
import type { Pty, PtyCommand, PtyExit, StartPty } from "../pty/pty.ts";
import type { Random } from "../random.ts";
import type { Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { SessionHolder, TraceStore } from "../trace/store.ts";
import type { StepSettings } from "./state.ts";

/** Where the tool's output goes and the person's keys come from; absent parts are simply not there. */
export type Rim = {
  /** The tool's bytes, as they come. */
  show(bytes: Uint8Array): void;
  /** All that was shown has been taken. */
  drained(): Promise<void>;
  /** The tool's job was stopped: suspend with it, resolve when continued. */
  suspend(): Promise<void>;
  /** A person is wanted. */
  callPerson(prompt: Prompt, reason: string): void;
  /** What policy suggests for the prompt that waits, to be shown beside the tool's screen; null: nothing any more. */
  suggest?(decision: Decision | null): void;
  /** Something goes wrong that the person should know of, now or at the end. */
  warn(line: string): void;
};

export type SessionOptions = {
  id: SessionId;
  command: PtyCommand;
  label: string | null;
  tool: string;
  policyHash: string;
  settings: StepSettings;
  /** `strict` unless given. */
  auditMode?: AuditMode;
  /** Whether the tool was started so that it asks; `unknown` unless given. */
  asks?: Asking;
  holder: SessionHolder;
  /** Answers the tool's terminal queries ourselves: there is no real terminal that would. */
  answersQueries: boolean;
  /** The person's input has ended (a pipe ran dry): a prompt left to a person is answered with end-of-file. */
  inputEnded: () => boolean;
  rim: Rim;
  onEntry: (entry: StoredEntry) => void;
  /** Asked when the tool has ended: what is to be recorded just before that. */
  lastDrafts?: (exit: PtyExit) => readonly EntryDraft[];
};

/** `why` is recorded and names nothing; `advice` is for the person alone. */
export type SecretHad =
  | { had: "yes"; secret: Uint8Array }
  | { had: "no"; why: string; advice: string };

/** Asks the keychain for an entry, within a bound. The bytes are the session's, which overwrites them. */
export type ReadSecret = (entry: string, signal: AbortSignal) => Promise<SecretHad>;

export type SessionParts = {
  clock: Clock;
  random: Random;
  store: TraceStore;
  startPty: StartPty;
  openScreen: (options: {
    size: PtyCommand["size"];
    reply: (bytes: Uint8Array) => void;
    answersQueries: boolean;
  }) => Screen;
  kernel: (pty: Pty) => LookAtKernel;
  detect: (snapshot: Snapshot, evidence: WaitEvidence) => Detection;
  /** `state`: what the session is doing, as it records it; null where it has not said yet. */
  decide: (prompt: Prompt, state: Activity["state"] | null) => Decision;
  readSecret: ReadSecret;
  /**
   * Asked just before each keystroke of policy's: why it may not be typed after all; null when it may.
   * `decision`: what it is about; null behind the first key of several.
   */
  heldBack: (decision: Decision | null) => string | null;
  /** Told of everything that is written to the tool's input, by whomever. */
  onStroke?: OnStroke;
  /** Told of each decision whose automatic reply has really been typed. */
  replied: (decision: Decision) => void;
};

export type SessionEnd = {
  exit: PtyExit;
  /** A denial that had no key ended the tool. */
  deniedToDeath: boolean;
  /** Entries that never reached the trace. */
  unrecorded: number;
};
