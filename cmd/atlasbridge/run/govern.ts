/** Wires one session: policy, trace, terminal and tool, in the order in which a failure leaves nothing behind. */
import { constants as osConstants } from "node:os";
import { basename } from "node:path";
import type { Config } from "../../../contracts/config.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { sessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { detect } from "../../../runtime/prompt/detect.ts";
import type { PtyCommand, PtyExit, StartPty } from "../../../runtime/pty/pty.ts";
import { kernelLook } from "../../../runtime/pty/kernel.ts";
import { keepVigil } from "../../../runtime/pty/kernel-vigil.ts";
import { startNative } from "../../../runtime/pty/native.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { openScreen } from "../../../runtime/screen/screen.ts";
import { type Launch, launchOf } from "../../../runtime/prompt/tools/launch.ts";
import { weighedByVersion } from "../../../runtime/prompt/tools/version.ts";
import { isGone, thisHolder } from "../../../runtime/session/holder.ts";
import type { SessionEnd, SessionOptions, SessionParts } from "../../../runtime/session/parts.ts";
import { HostedTerminal } from "../../../runtime/operator/hosted-terminal.ts";
import type { Seats } from "../../../runtime/operator/seats.ts";
import { Pause } from "../../../runtime/session/pause.ts";
import type { PersonTerminal } from "../../../runtime/session/person-terminal.ts";
import { Fates } from "../../../runtime/session/fates.ts";
import { tapped } from "../../../runtime/session/tap.ts";
import { Session } from "../../../runtime/session/session.ts";
import { UserTerminal } from "../../../runtime/session/user-terminal.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
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
import { type Governance, leftToPerson, loadGovernance } from "./governance.ts";
import { endLog, hostedAs, hostedVariable, type Hosted } from "./host.ts";
import { rehearseBeside } from "./rehearse-beside.ts";
import { listenerOf, rimOf, settingsOf } from "./rim.ts";
import { seated } from "./seats.ts";

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
  const hosted = hostedAs(cli);
  const terminal = terminalOf(run, hosted);
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
    const { session, seats } = await startSession(store, { ...run, terminal, events, hosted });
    // Until now nobody was kept from anything; from here on a wait is the person's terminal standing still.
    store.waitAtMost(limits.sessionBusyMs);
    const code = report(await attach(session, terminal, options.confirmKey), terminal);
    await seats.ended(code);
    seats.close();
    if (hosted !== null) endLog(cli, hosted);
    return code;
  } finally {
    terminal.close();
    events.close();
  }
}

/** The one it was started in; in the background those that are attached to it. */
function terminalOf({ cli, options, launch }: Run, hosted: Hosted | null): PersonTerminal {
  if (hosted !== null) {
    const log = (line: string): void => cli.note(`${momentToIso(systemClock.now())} ${line}`);
    return new HostedTerminal({ size: hosted.size, log });
  }
  return new UserTerminal({
    clock: systemClock,
    headless: options.headless === true,
    fallbackSize: fallbackSize(cli),
    term: cli.environment.variables["TERM"] ?? "",
    tool: basename(launch.argv[0]),
  });
}

async function startSession(
  store: TraceStore,
  run: Run & { terminal: PersonTerminal; events: EventSink; hosted: Hosted | null },
): Promise<{ session: Session; seats: Seats }> {
  const { cli, cwd, options, config, governance, recording, redactor } = run;
  const { terminal, events, hosted } = run;
  const { argv, asks } = run.launch;
  const id = hosted?.id ?? sessionId.parse(systemRandom.uuidv7());
  const label = options.label ?? null;
  const pause = new Pause();
  const command: PtyCommand = {
    argv,
    cwd,
    env: { ...toolEnvironment(cli, terminal), ATLASBRIDGE_SESSION: id },
    size: terminal.size(),
  };
  const tool = basename(argv[0]);
  const judging = judgingOf(run, { command, tool, pause });
  const seat = { id, tool, label, size: command.size, terminal };
  const seats = seated(await partsOf(store, run, judging), seat);
  const base = seats.parts;
  const taped = recording === null ? base : tapped(base, recording.tape).parts;
  const film = filmed(taped, {
    ...{ cli, id, command, redactor, secrets: environmentSecrets(config, cli) },
    settings: config.recording.enabled && options.recording ? config.recording : null,
    warn: (line) => terminal.warn(line),
  });
  const fates = new Fates();
  const calls = callsOf(cli, { config, redactor, terminal, id, tool, label });
  const session = await start(
    {
      id,
      command,
      label,
      tool,
      asks,
      policyHash: governance.loaded.policy_hash,
      settings: settingsOf(run),
      auditMode: config.audit_mode,
      holder: thisHolder(),
      answersQueries: !terminal.interactive,
      inputEnded: () => terminal.inputHasEnded,
      rim: rimOf({ ...run, pause }),
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
  const about = { session_id: id, tool, label, detached: hosted !== null };
  const steered = { session, pause, seated: seats, about };
  const told = { id, tool, label, detect: judging.detect, fates, steered };
  seats.listen(cli.paths.socketFolder);
  answerQuestions(session, { ...told, sight: film.sight, folder: cli.paths.socketFolder });
  const failed = (error: unknown): void => terminal.warn(`the rehearsal failed: ${String(error)}`);
  rehearseBeside(session, { openScreen, redactor, ...judging }).catch(failed);
  return { session, seats: seats.seats };
}

type Judging = Pick<SessionParts, "decide" | "heldBack"> & { detect: typeof detect };

/** What is seen and decided, unless the session is paused. */
function judgingOf(
  { governance }: Run,
  { command, tool, pause }: { command: PtyCommand; tool: string; pause: Pause },
): Judging {
  const runningOf = runningTool(command);
  return {
    detect: (snapshot, evidence, told) =>
      weighedByVersion(detect(snapshot, evidence, told), (rules) => runningOf(rules, evidence)),
    decide(prompt, state) {
      const decision = governance.decide(prompt, { tool, state });
      return pause.why === null ? decision : leftToPerson(decision, pause.why);
    },
    heldBack: (decision) => pause.why ?? governance.heldBack(decision),
  };
}

async function partsOf(
  store: TraceStore,
  { cli, options, governance }: Run,
  judging: Judging,
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
function toolEnvironment(cli: Cli, terminal: PersonTerminal): Record<string, string> {
  const { [hostedVariable]: _ours, ...inherited } = cli.environment.variables;
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

function report(end: SessionEnd, terminal: PersonTerminal): number {
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
