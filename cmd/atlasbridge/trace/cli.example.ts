/** Runs one command as the program does, against a home of the test's own, and returns what it said. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { AtlasError } from "../../../contracts/errors.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { archiveTrace } from "../../../runtime/trace/archive.ts";
import { AgentKey } from "../../../runtime/trace/agent-key.ts";
import { writeSession } from "../../../runtime/trace/drafts.example.ts";
import { openAt } from "../../../runtime/trace/opened.example.ts";
import { scratchFolder } from "../../../runtime/trace/scratch.example.ts";
import type { OwnTrace } from "../../../runtime/trace/own-trace.ts";
import { archiveFolder } from "../../../runtime/trace/sqlite-reader.ts";
import type { GlobalOptions } from "../../endings.ts";
import { openCli, type RunAction } from "../cli.ts";
import { registerSessions } from "../sessions.ts";
import { registerTrace } from "../trace.ts";

export type Said = { code: number; out: string; notes: string[]; error: string | null };

export class Home {
  readonly folder = join(scratchFolder(), "home");
  readonly traceFile = join(this.folder, "trace.db");
  /** Beside those of the test's own process. */
  variables: Readonly<Record<string, string>> = {};

  store(): OwnTrace {
    return openAt(this.traceFile);
  }

  /** One that signs checkpoints. */
  signingStore(): OwnTrace {
    return openAt(this.traceFile, { keys: new AgentKey(join(this.folder, "agent.key")) });
  }

  /** A session with two prompts. */
  session(): void {
    const store = this.signingStore();
    writeSession(store, 2);
    store.close();
  }

  /** All that stands in the trace, and another session behind it: the commands leave the current month where it is. */
  archive(): void {
    const store = this.signingStore();
    const folder = archiveFolder(this.traceFile);
    archiveTrace(store, { folder, before: systemClock.now() + 1 });
    store.close();
    this.session();
  }

  /** The files of its archives. */
  get archives(): string[] {
    const folder = archiveFolder(this.traceFile);
    return readdirSync(folder)
      .toSorted()
      .map((name) => join(folder, name));
  }

  /** As `atlasbridge --home … ARGS`. */
  async run(...args: string[]): Promise<Said> {
    const said: Said = { code: 0, out: "", notes: [], error: null };
    const run: RunAction =
      (action) =>
      async (...given) => {
        const command = given.at(-1);
        const options = command instanceof Command ? command.optsWithGlobals<GlobalOptions>() : {};
        const cli = openCli({ ...options, home: this.folder });
        const { environment } = cli;
        const variables = { ...environment.variables, ...this.variables };
        cli.environment = { ...environment, variables };
        cli.out = (text) => {
          said.out += text;
        };
        cli.raw = cli.out;
        cli.note = (line) => {
          said.notes.push(line);
        };
        said.code = await action(cli, ...given);
      };
    const program = new Command("atlasbridge").option("--json").exitOverride();
    for (const register of [registerTrace, registerSessions]) register(program, run);
    try {
      await program.parseAsync(args, { from: "user" });
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      said.code = error.exitCode;
      said.error = error.message;
    }
    return said;
  }
}

/** One whose trace holds two sessions of two prompts each, signed. */
export function signedHome(): Home {
  const home = new Home();
  const store = home.signingStore();
  writeSession(store, 2);
  writeSession(store, 2);
  store.close();
  return home;
}
