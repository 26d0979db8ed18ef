/** `atlasbridge sessions …`: the governed runs on this machine, live and past. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Register, RunAction } from "./cli.ts";
import { exportFormats, type ExportOptions, exportTrace } from "./trace/export.ts";
import {
  listedStates,
  type ListOptions,
  listSessions,
  sessionsListedDefault,
} from "./sessions/list.ts";
import { pruneSessions } from "./sessions/prune.ts";
import { type ReplayCommand, replaySession } from "./sessions/replay.ts";
import { showSession } from "./sessions/show.ts";
import { pauseSessions, resumeSessions, stopSessions } from "./sessions/steer.ts";

const examples = `
Examples:
  $ atlasbridge sessions list
  $ atlasbridge sessions show 01a20a8f
  $ atlasbridge sessions replay 01a20a8f
`;

export const registerSessions: Register = (program, run) => {
  const sessions = program
    .command("sessions")
    .description("list the governed sessions and what happened in them")
    .addHelpText("after", examples);

  sessions
    .command("list")
    .description("print the latest sessions, newest first")
    .option("--limit <count>", "how many", positiveNumber, sessionsListedDefault)
    .option("--label <text>", "those whose label holds this text")
    .option("--tool <name>", "those of this tool")
    .addOption(new Option("--state <state>", "those in this state").choices(listedStates))
    .addHelpText("after", listHelp)
    .action(run((cli, options: ListOptions) => listSessions(cli, options)));

  registerSteering(sessions, run);

  sessions
    .command("show")
    .description("print one session: every question, who answered it, and how it ended")
    .argument("<id>", "the session's id, or enough of its start")
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions show 01a20a8f\n")
    .action(run((cli, id: string) => showSession(cli, id)));

  sessions
    .command("replay")
    .description("show a session again as it was on the screen, with a pause at each prompt")
    .argument("<session>", "the session's id, or enough of its start; or a recording's file")
    .option("--speed <factor>", "2 is twice as fast", positive, 1)
    .option("--idle-limit <seconds>", "no pause of the recording lasts longer", positive)
    .option("--no-pause", "do not stand still at prompts, and leave at the end")
    .option("--unredacted", "secrets stay in what is printed as text or JSON")
    .addHelpText("after", replayHelp)
    .action(run((cli, id: string, options: ReplayCommand) => replaySession(cli, id, options)));

  sessions
    .command("export")
    .description("write one session for other programs, players or people")
    .argument("<id>", "the session's id, or enough of its start")
    .addOption(
      new Option(
        "--format <format>",
        "html: a report with the screens; asciicast: its terminal for players; jsonl, csv: its trace entries",
      )
        .choices(exportFormats)
        .default("html"),
    )
    .option("-o, --output <file>", "write it to a file in place of standard output")
    .option("--no-content", "without questions, commands, paths, replies and screens")
    .option("--no-player", "html: without the terminal's replay, so that the page needs no script")
    .option("--unredacted", "html and asciicast: secrets stay in")
    .addHelpText("after", exportHelp)
    .action(
      run((cli, session: string, options: Omit<ExportOptions, "session">) => {
        return exportTrace(cli, { ...options, session });
      }),
    );

  sessions
    .command("prune")
    .description("remove recordings older than recording.keep_days; traces stay")
    .option("--days <count>", "remove those older than this instead", positiveNumber)
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions prune --days 7\n")
    .action(run((cli, options: { days?: number }) => pruneSessions(cli, options)));
};

const exportHelp = `
Examples:
  $ atlasbridge sessions export 01a20a8f -o report.html
  $ atlasbridge sessions export 01a20a8f --format asciicast -o session.cast
  $ asciinema play session.cast
`;

const replayHelp = `
Examples:
  $ atlasbridge sessions replay 01a20a8f --idle-limit 2
  $ atlasbridge sessions replay 01a20a8f | less

Keys: space stands still and goes on, Enter goes on, . or → one step, n to the
next prompt, q ends. Nothing of the recording reaches your terminal but text
and colours. Where the output is no terminal, the screen at each prompt is
printed as text, without secrets. Exit code 4: the recording is not the one
that the trace names.
`;

const listHelp = `
Examples:
  $ atlasbridge sessions list --limit 5
  $ atlasbridge sessions list --state waiting
  $ atlasbridge sessions list --label nightly --json

States: running (waiting, working and idle are running, too), ended, died.
`;

/** What is done to sessions that run. */
function registerSteering(sessions: Command, run: RunAction): void {
  const which = "label, or the start or end of an id, of sessions that run";
  sessions
    .command("stop")
    .description("end sessions that run: their tools are asked to, and made to after 2 s")
    .argument("[sessions...]", which)
    .option("--all", "every session that runs")
    .option("--force", "do not ask")
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions stop nightly\n")
    .action(
      run((cli, names: string[], { all, force }: { all?: boolean; force?: boolean }) =>
        stopSessions(cli, { sessions: names, all: all === true }, force === true),
      ),
    );
  sessions
    .command("pause")
    .description("hold back whatever would be typed for you in sessions that run")
    .argument("[sessions...]", which)
    .option("--all", "every session that runs")
    .option("--freeze", "stop the tool's processes as well, until it is resumed")
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions pause --freeze nightly\n")
    .action(
      run((cli, names: string[], { all, freeze }: { all?: boolean; freeze?: boolean }) =>
        pauseSessions(cli, { sessions: names, all: all === true }, freeze === true),
      ),
    );
  sessions
    .command("resume")
    .description("let sessions that were paused go on")
    .argument("[sessions...]", which)
    .option("--all", "every session that runs")
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions resume nightly\n")
    .action(
      run((cli, names: string[], { all }: { all?: boolean }) =>
        resumeSessions(cli, { sessions: names, all: all === true }),
      ),
    );
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number above 0.");
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}
