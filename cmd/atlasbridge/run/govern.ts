/** Wires one session: policy, trace, terminal and tool, in the order in which a failure leaves nothing behind. */
import { constants as osConstants } from "node:os";
import { basename } from "node:path";
import type { Decision } from "../../../contracts/decision.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { sessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { detect } from "../../../runtime/prompt/detect.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import type { PtyCommand, PtyExit, StartPty } from "../../../runtime/pty/pty.ts";
import { kernelLook } from "../../../runtime/pty/kernel.ts";
import { keepVigil } from "../../../runtime/pty/kernel-vigil.ts";
import { startNative } from "../../../runtime/pty/native.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { openScreen } from "../../../runtime/screen/screen.ts";
import { type Launch, launchOf } from "../../../runtime/prompt/tools/launch.ts";
import { weighedByVersion } from "../../../runtime/prompt/tools/version.ts";
import type { ConfirmKey } from "../../../runtime/session/confirm-key.ts";
import { isGone, thisHolder } from "../../../runtime/session/holder.ts";
import type {
  Rim,
  SessionEnd,
  SessionOptions,
  SessionParts,
} from "../../../runtime/session/parts.ts";
import { rehearse } from "../../../runtime/session/rehearse.ts";
import { tapped } from "../../../runtime/session/tap.ts";
import { Session } from "../../../runtime/session/session.ts";
import { UserTerminal } from "../../../runtime/session/user-terminal.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import type { TraceStore } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";
import { startRetention } from "../trace/retain.ts";
import { openOwnStore, ownKey } from "../trace/own-store.ts";
import type { RunOptions } from "./options.ts";
import { type EventSink, noEvents, openEvents } from "./events.ts";
import { answerQuestions, forgetSocket } from "./answer-questions.ts";
import { openRecording, type Recording } from "./record.ts";
import { readSecretOf } from "./read-secret.ts";
import { attach } from "./attach.ts";
import { runningTool } from "./running-tool.ts";
import { type Governance, loadGovernance, type PolicyListener } from "./governance.ts";

/** Where there is no terminal to take the size from; wide enough for a full-screen tool to show whole commands. */
const headlessSize = { cols: 120, rows: 40 };

/** Runs the command to its end. Returns the process's exit code; throws `AtlasError` when it was not started. */
export async function govern(
  cli: Cli,
  argv: readonly [string, ...string[]],
  options: RunOptions,
): Promise<number> {
  const cwd = workingDirectory();
  const governance = loadGovernance(cli, options, cwd);
  const recording = recordingOf(cli, options);
  const launch = launchOf(argv, options.asIs === true);
  if (launch.note !== null) cli.note(`atlasbridge: ${launch.note}`);
  const unsigned = { tell: (line: string): void => cli.note(`atlasbridge: ${line}`) };
  const store = openOwnStore(
    cli,
    ownKey(cli, (line) => unsigned.tell(line)),
  );
  try {
    return await governIn(store, { cli, cwd, launch, options, governance, recording, unsigned });
  } finally {
    governance.close();
    store.close();
  }
}

type Run = {
  cli: Cli;
  cwd: string;
  launch: Launch;
  options: RunOptions;
  governance: Governance;
  recording: Recording | null;
  /** Who is told when the trace cannot be signed. */
  unsigned: { tell: (line: string) => void };
};

function recordingOf({ environment }: Cli, options: RunOptions): Recording | null {
  const { record, redact } = options;
  if (record !== undefined) {
    return openRecording(record, redact === true ? environment.userHome : null);
  }
  if (redact !== true) return null;
  throw new AtlasError("usage", "--redact is for recordings; name one with --record");
}

async function governIn(store: OwnTrace, run: Run): Promise<number> {
  const { cli, options, governance } = run;
  const terminal = new UserTerminal({
    clock: systemClock,
    headless: options.headless === true,
    fallbackSize: fallbackSize(cli),
    term: cli.environment.variables["TERM"] ?? "",
    tool: basename(run.launch.argv[0]),
  });
  run.unsigned.tell = (line) => terminal.warn(line);
  const events =
    options.events === undefined
      ? noEvents
      : openEvents(options.events, (line) => terminal.warn(line));
  try {
    for (const entry of store.recover(isGone)) {
      events.write(entry);
      forgetSocket(cli.paths.socketFolder, entry.session_id);
    }
    // Written before the tool exists: a trace that cannot take this could not take its decisions either.
    const loaded = { kind: "policy.loaded", data: governance.loaded } as const;
    for (const entry of store.append([loaded], { sessionId: null })) events.write(entry);
    void startRetention(cli, store);
    const session = await startSession(store, { ...run, terminal, events });
    // Until now nobody was kept from anything; from here on a wait is the person's terminal standing still.
    store.waitAtMost(limits.sessionBusyMs);
    return report(await attach(session, terminal, options.confirmKey), terminal);
  } finally {
    terminal.close();
    events.close();
  }
}

async function startSession(
  store: TraceStore,
  run: Run & { terminal: UserTerminal; events: EventSink },
): Promise<Session> {
  const { cli, cwd, launch, options, governance, recording, terminal, events } = run;
  const { argv, asks } = launch;
  const id = sessionId.parse(systemRandom.uuidv7());
  const command: PtyCommand = {
    argv,
    cwd,
    env: { ...toolEnvironment(cli, terminal), ATLASBRIDGE_SESSION: id },
    size: terminal.size(),
  };
  const tool = basename(argv[0]);
  const decide: SessionParts["decide"] = (prompt, state) => {
    return governance.decide(prompt, { tool, state });
  };
  const runningOf = runningTool(command);
  const detectHere: typeof detect = (snapshot, evidence, told) =>
    weighedByVersion(detect(snapshot, evidence, told), (rules) => runningOf(rules, evidence));
  const base: SessionParts = {
    clock: systemClock,
    random: systemRandom,
    store,
    startPty: await ptyOf(options.pty),
    openScreen,
    kernel: kernelOf(options.kernelEvidence),
    detect: detectHere,
    replied: (decision) => governance.replied(decision),
    heldBack: (decision) => governance.heldBack(decision),
    decide,
    readSecret: readSecretOf(cli),
  };
  const { parts, sight } = tapped(base, recording?.tape);
  const session = await Session.start(
    {
      id,
      command,
      label: options.label ?? null,
      tool,
      asks,
      policyHash: governance.loaded.policy_hash,
      settings: settingsOf(run),
      holder: thisHolder(),
      answersQueries: !terminal.interactive,
      inputEnded: () => terminal.inputHasEnded,
      rim: rimOf(terminal, options.confirmKey),
      onEntry: (entry) => {
        events.write(entry);
        recording?.tape.entry(entry);
      },
    },
    parts,
  );
  void session.ended.then(() => {
    if (recording !== null) terminal.warn(recording.finish(command));
  });
  governance.follow(listenerOf(session, terminal));
  answerQuestions(session, { id, sight, detect: detectHere, folder: cli.paths.socketFolder });
  rehearseBeside(session, { openScreen, detect, decide }).catch((error: unknown) => {
    terminal.warn(`the rehearsal failed: ${String(error)}`);
  });
  return session;
}

/** In the title, whose end may be cut off. */
function sayingOf({ action, value, rule_id: id }: Decision, key: ConfirmKey): string {
  const what = action === "deny" ? "deny" : value?.trim() === "" ? "Enter" : (value ?? "");
  return `${key.name} types ${quote(what, limits.suggestionCharsMax / 2)} (AtlasBridge${id === null ? "" : `, rule ${id}`})`;
}

function listenerOf(session: Session, terminal: UserTerminal): PolicyListener {
  return { record: (draft) => session.record(draft), tell: (line) => terminal.warnNow(line) };
}

/** The mode is asked for anew each time: policies and the machine's brake may change it. */
function settingsOf({
  governance,
  options,
  terminal,
}: Run & { terminal: UserTerminal }): SessionOptions["settings"] {
  return {
    get mode() {
      return governance.mode();
    },
    headless: options.headless === true,
    suggests: terminal.hasTitle,
  };
}

function rimOf(terminal: UserTerminal, key: ConfirmKey): Rim {
  return {
    suggest: (decision) => {
      terminal.notice(decision === null ? null : sayingOf(decision, key));
    },
    show: (bytes) => terminal.show(bytes),
    drained: () => terminal.drained(),
    suspend: () => terminal.suspend(),
    warn: (line) => terminal.warn(line),
    callPerson: (prompt, reason) => {
      if (!terminal.interactive) terminal.warn(`waiting for you: ${prompt.kind} (${reason})`);
    },
  };
}

/** While the tool gets ready to ask: its first answer is to be as fast as the later ones. */
async function rehearseBeside(
  session: Session,
  parts: Pick<SessionParts, "openScreen" | "detect" | "decide">,
): Promise<void> {
  let next: "go on" | "stop" = "go on";
  void session.ended.then(() => (next = "stop"));
  // What ends at once is not made to wait for it.
  await new Promise<void>((resolve) => systemClock.after(limits.rehearseAfterMs, resolve));
  await rehearse(parts, async () => {
    await new Promise<void>((resolve) => systemClock.after(0, resolve));
    return next;
  });
}

/** Off: as on a system whose kernel cannot be asked. */
function kernelOf(evidence: RunOptions["kernelEvidence"]): SessionParts["kernel"] {
  if (evidence === "off") return () => () => null;
  return (pty) => keepVigil({ look: kernelLook(pty), monotonicMs: systemClock.monotonicMs });
}

async function ptyOf(kind: RunOptions["pty"]): Promise<StartPty> {
  if (kind === "native") return startNative;
  const { startBunPty } = await import("../../../runtime/pty/bun-pty.ts");
  return startBunPty;
}

/** The caller's variables; a terminal type where there is none to inherit, since the tool does get a terminal. */
function toolEnvironment(cli: Cli, terminal: UserTerminal): Record<string, string> {
  const inherited = { ...cli.environment.variables };
  if (terminal.interactive || inherited["TERM"] !== undefined) return inherited;
  return { ...inherited, TERM: "xterm-256color" };
}

function fallbackSize(cli: Cli) {
  const { COLUMNS, LINES } = cli.environment.variables;
  const cols = Number(COLUMNS);
  const rows = Number(LINES);
  const given = Number.isInteger(cols) && Number.isInteger(rows) && cols > 0 && rows > 0;
  return given ? { cols, rows } : headlessSize;
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    const message = "the working directory no longer exists; change to one that does";
    throw new AtlasError("usage", message, { cause: error });
  }
}

function report(end: SessionEnd, terminal: UserTerminal): number {
  terminal.close();
  if (end.unrecorded > 0) {
    terminal.warn(`${end.unrecorded} trace entries could not be recorded`);
  }
  return end.deniedToDeath ? exitCodes.refused : exitCodeOf(end.exit);
}

/** As a shell reports it: the tool's own code, 128+n when signal n ended it. */
function exitCodeOf(exit: PtyExit): number {
  if (exit.signal === null) return exit.code;
  const numbers: Readonly<Record<string, number>> = osConstants.signals;
  return 128 + (numbers[exit.signal] ?? 0);
}
