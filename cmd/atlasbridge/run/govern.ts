/** Wires one session: policy, trace, terminal and tool, in the order in which a failure leaves nothing behind. */
import { constants as osConstants } from "node:os";
import { basename } from "node:path";
import type { Config } from "../../../contracts/config.ts";
import type { Decision } from "../../../contracts/decision.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { sessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
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
import { Fates } from "../../../runtime/session/fates.ts";
import { rehearse } from "../../../runtime/session/rehearse.ts";
import { tapped } from "../../../runtime/session/tap.ts";
import { Session } from "../../../runtime/session/session.ts";
import { UserTerminal } from "../../../runtime/session/user-terminal.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { redactingStore } from "../../../runtime/trace/redacting-store.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import type { TraceStore } from "../../../runtime/trace/store.ts";
import type { Cli } from "../cli.ts";
import { environmentSecrets, redactorBy } from "../redaction.ts";
import { startRetention } from "../trace/retain.ts";
import { openOwnStore, ownKey } from "../trace/own-store.ts";
import type { RunOptions } from "./options.ts";
import { type EventSink, noEvents, openEvents } from "./events.ts";
import { answerQuestions, forgetSocket } from "./answer-questions.ts";
import { type Filmed, filmed, pruneOld } from "./film.ts";
import { openRecording, type Recording } from "./record.ts";
import { callsOf } from "./calls.ts";
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
  const config = readConfig(cli.paths, cli.environment);
  const redactor = redactorBy(config, cli);
  const governance = loadGovernance(cli, options, cwd);
  const recording = recordingOf(cli, options, redactor);
  const launch = launchOf(argv, options.asIs === true);
  if (launch.note !== null) cli.note(`atlasbridge: ${launch.note}`);
  const unsigned = { tell: (line: string): void => cli.note(`atlasbridge: ${line}`) };
  const keys = ownKey(cli, (line) => unsigned.tell(line));
  const store = openOwnStore(cli, redactor, { keys });
  try {
    const run = { cli, cwd, launch, options, config, governance, recording, redactor, unsigned };
    const code = await governIn(store, run);
    pruneOld(cli, config.recording, store);
    return code;
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
  config: Config;
  governance: Governance;
  recording: Recording | null;
  redactor: Redactor;
  /** Who is told when the trace cannot be signed. */
  unsigned: { tell: (line: string) => void };
};

function recordingOf(
  { environment }: Cli,
  { record, redact }: RunOptions,
  redactor: Redactor,
): Recording | null {
  if (record !== undefined) {
    return openRecording(record, redact === true ? { redactor, home: environment.userHome } : null);
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
  const { cli, cwd, launch, options, config, governance, recording, redactor } = run;
  const { terminal, events } = run;
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
  const base = await partsOf(store, run, { detect: detectHere, decide });
  const taped = recording === null ? base : tapped(base, recording.tape).parts;
  const film = filmed(taped, {
    ...{ cli, id, command, redactor: run.redactor, secrets: environmentSecrets(config, cli) },
    settings: config.recording.enabled && options.recording ? config.recording : null,
    warn: (line) => terminal.warn(line),
  });
  const fates = new Fates();
  const { label = null } = options;
  const calls = callsOf(cli, { config, redactor, terminal, id, tool, label });
  const session = await start(
    {
      id,
      command,
      label: options.label ?? null,
      tool,
      asks,
      policyHash: governance.loaded.policy_hash,
      settings: settingsOf(run),
      auditMode: config.audit_mode,
      holder: thisHolder(),
      answersQueries: !terminal.interactive,
      inputEnded: () => terminal.inputHasEnded,
      rim: rimOf(terminal, options.confirmKey, redactor),
      onEntry: (entry) => {
        events.write(entry);
        fates.entry(entry);
        calls.entry(entry);
        recording?.tape.entry(entry);
        film.onEntry(entry);
      },
      lastDrafts: film.lastDrafts,
    },
    {
      ...film,
      parts: { ...film.parts, onStroke: calls.listener(fates.listener(film.parts.onStroke)) },
    },
  );
  void session.ended.then(() => {
    if (recording !== null) terminal.warn(recording.finish(command));
  });
  governance.follow(listenerOf(session, terminal, redactor));
  const told = { id, tool, label: options.label ?? null, detect: detectHere, fates };
  answerQuestions(session, { ...told, sight: film.sight, folder: cli.paths.socketFolder });
  const failed = (error: unknown): void => terminal.warn(`the rehearsal failed: ${String(error)}`);
  rehearseBeside(session, { openScreen, detect, decide, redactor }).catch(failed);
  return session;
}

async function partsOf(
  store: TraceStore,
  { cli, options, governance }: Run,
  judging: Pick<SessionParts, "detect" | "decide">,
): Promise<SessionParts> {
  return {
    ...judging,
    clock: systemClock,
    random: systemRandom,
    store,
    startPty: await ptyOf(options.pty),
    openScreen,
    kernel: kernelOf(options.kernelEvidence),
    replied: (decision) => governance.replied(decision),
    heldBack: (decision) => governance.heldBack(decision),
    readSecret: readSecretOf(cli),
  };
}

async function start(options: SessionOptions, { parts, discard }: Filmed): Promise<Session> {
  try {
    return await Session.start(options, parts);
  } catch (error) {
    discard();
    throw error;
  }
}

/** In the title, whose end may be cut off. */
function sayingOf({ action, value, rule_id: id }: Decision, key: ConfirmKey): string {
  const what = action === "deny" ? "deny" : value?.trim() === "" ? "Enter" : (value ?? "");
  return `${key.name} types ${quote(what, limits.suggestionCharsMax / 2)} (AtlasBridge${id === null ? "" : `, rule ${id}`})`;
}

/** What is told may quote a file or a prompt, and stays on the person's screen. */
function listenerOf(session: Session, terminal: UserTerminal, redactor: Redactor): PolicyListener {
  const tell = (line: string): void => terminal.warnNow(redactor.redact(line));
  return { record: (draft) => session.record(draft), tell };
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

function rimOf(terminal: UserTerminal, key: ConfirmKey, redactor: Redactor): Rim {
  return {
    suggest: (decision) => {
      terminal.notice(decision === null ? null : redactor.redact(sayingOf(decision, key)));
    },
    show: (bytes) => terminal.show(bytes),
    drained: () => terminal.drained(),
    suspend: () => terminal.suspend(),
    warn: (line) => terminal.warn(redactor.redact(line)),
    callPerson: (prompt, reason) => {
      if (terminal.interactive) return;
      terminal.warn(`waiting for you: ${prompt.kind} (${redactor.redact(reason)})`);
    },
  };
}

/** While the tool gets ready to ask: its first answer is to be as fast as the later ones. */
async function rehearseBeside(
  session: Session,
  {
    redactor,
    ...parts
  }: Pick<SessionParts, "openScreen" | "detect" | "decide"> & {
    redactor: Redactor;
  },
): Promise<void> {
  let next: "go on" | "stop" = "go on";
  // What ends at once is not made to wait for it.
  const after = Promise.withResolvers<void>();
  const timer = systemClock.after(limits.rehearseAfterMs, after.resolve);
  void session.ended.then(() => {
    next = "stop";
    timer.cancel();
    after.resolve();
  });
  await after.promise;
  const through = (store: TraceStore): TraceStore => redactingStore(store, redactor);
  await rehearse({ ...parts, through }, async () => {
    await new Promise<void>((resolve) => systemClock.after(0, resolve));
    return next;
  });
  // The maintained rules are loaded with the first address that holds a user's name.
  if (next === "go on") redactor.find("https://user@example.org/");
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
