/** `atlasbridge autopilot …`: the brake for every session of this machine, and the history of who used it. */
import { Argument } from "commander";
import type { Autopilot } from "../../contracts/autopilot.ts";
import { exitCodes } from "../../contracts/errors.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { type AutonomyMode, autonomyMode } from "../../contracts/policy.ts";
import type { Actor, EntryDraft } from "../../contracts/trace.ts";
import { outputFormat } from "../../contracts/version.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readAutopilot, writeAutopilot } from "../../runtime/operator/autopilot.ts";
import { stricterMode } from "../../runtime/policy/layers.ts";
import { assertByPerson } from "./by-person.ts";
import { type Cli, print, type Register } from "./cli.ts";
import { appendOwn } from "./trace/append-own.ts";
import { tailTrace } from "./trace/tail.ts";

const examples = `
Examples:
  $ atlasbridge autopilot pause    from any shell: nothing more is typed
  $ atlasbridge autopilot resume
`;

export const registerAutopilot: Register = (program, run) => {
  const command = program
    .command("autopilot")
    .description("pause, limit or resume automatic replies in every session of this machine")
    .addHelpText("after", examples);

  command
    .command("status")
    .description("say whether automatic replies are running, and how much they may do")
    .addHelpText("after", example("status"))
    .action(run(showStatus));
  command
    .command("pause")
    .description("hold back every automatic reply from the next keystroke on; prompts come to you")
    .addHelpText("after", example("pause"))
    .action(run(pause));
  command
    .command("resume")
    .description("let policies answer again")
    .addHelpText("after", example("resume"))
    .action(run(resume));
  command
    .command("mode")
    .description("set the most that any session may do: off, assist (suggest) or full (type)")
    .addArgument(new Argument("<mode>", "the limit").choices(autonomyMode.options))
    .addHelpText("after", example("mode assist"))
    .action(run((cli, mode: AutonomyMode) => limitMode(cli, mode)));
  command
    .command("history")
    .description("print who paused, resumed or limited automatic replies, and when")
    .addHelpText("after", example("history"))
    .action(run((cli) => tailTrace(cli, { lines: historyEntriesMax, kind: "autopilot" })));
};

const historyEntriesMax = 1_000;

function example(words: string): string {
  return `\nExample:\n  $ atlasbridge autopilot ${words}\n`;
}

function showStatus(cli: Cli): number {
  const { fault, ...state } = readAutopilot(cli.paths.autopilotFile);
  if (fault !== null) cli.note(`warning: ${fault}; everything is paused until "autopilot resume"`);
  return print(cli, { format: outputFormat, ...state, fault }, () => `${say(state)}\n`);
}

function say({ state, mode, changed_at: at }: Autopilot): string {
  const since = at === null ? "" : `, since ${momentToIso(at)}`;
  const limit = mode === "full" ? "policies decide how much" : `no session does more than ${mode}`;
  return state === "paused"
    ? `paused: every prompt comes to you${since}`
    : `running: ${limit}${since}`;
}

function pause(cli: Cli): number {
  return done(cli, pauseAll(cli, "cli"));
}

function resume(cli: Cli): number {
  return done(cli, resumeAll(cli, "cli"));
}

function limitMode(cli: Cli, mode: AutonomyMode): number {
  return done(cli, limitAll(cli, mode, "cli"));
}

/** The brake first and the entry afterwards: a trace that cannot be written must not keep anybody from stopping. */
export function pauseAll(cli: Cli, by: Actor): Autopilot {
  const next = change(cli, { state: "paused" });
  writeAutopilot(cli.paths.autopilotFile, next);
  record(cli, { action: "paused", mode: next.mode, by });
  return next;
}

/** Loosening is recorded before it takes effect. */
export function resumeAll(cli: Cli, by: Actor): Autopilot {
  assertByPerson(cli);
  const next = change(cli, { state: "running" });
  record(cli, { action: "resumed", mode: next.mode, by });
  writeAutopilot(cli.paths.autopilotFile, next);
  return next;
}

export function limitAll(cli: Cli, mode: AutonomyMode, by: Actor): Autopilot {
  const { mode: before } = readAutopilot(cli.paths.autopilotFile);
  if (stricterMode(before, mode) !== mode) assertByPerson(cli);
  const next = change(cli, { mode });
  record(cli, { action: "limited", mode, by });
  writeAutopilot(cli.paths.autopilotFile, next);
  return next;
}

function change(cli: Cli, changes: Partial<Autopilot>): Autopilot {
  const { fault, state, mode } = readAutopilot(cli.paths.autopilotFile);
  // Of a file that says nothing no limit is known: resuming by hand starts anew.
  const known = fault === null ? { state, mode } : { state, mode: "full" as const };
  return { ...known, ...changes, changed_at: systemClock.now() };
}

type Change = { action: "paused" | "resumed" | "limited"; mode: AutonomyMode; by: Actor };

function record(cli: Cli, { action, mode, by }: Change): void {
  const draft: EntryDraft = { kind: "autopilot.changed", data: { mode, by, action } };
  appendOwn(cli, draft);
}

function done(cli: Cli, state: Autopilot): number {
  print(cli, { format: outputFormat, ...state }, () => `${say(state)}\n`);
  return exitCodes.ok;
}
