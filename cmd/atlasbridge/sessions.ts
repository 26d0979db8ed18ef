/** `atlasbridge sessions …`: the governed runs on this machine, live and past. */
import { InvalidArgumentError } from "commander";
import type { Register } from "./cli.ts";
import { listSessions, sessionsListedDefault } from "./sessions/list.ts";
import { showSession } from "./sessions/show.ts";

export const registerSessions: Register = (program, run) => {
  const sessions = program
    .command("sessions")
    .description("list the governed sessions and what happened in them");

  sessions
    .command("list")
    .description("print the latest sessions, newest first")
    .option("--limit <count>", "how many", positiveNumber, sessionsListedDefault)
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions list --limit 5\n")
    .action(run((cli, options: { limit: number }) => listSessions(cli, options)));

  sessions
    .command("show")
    .description("print one session: every question, who answered it, and how it ended")
    .argument("<id>", "the session's id, or enough of its start")
    .addHelpText("after", "\nExample:\n  $ atlasbridge sessions show 01a20a8f\n")
    .action(run((cli, id: string) => showSession(cli, id)));
};

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a whole number above 0.");
}
