/** The command tree: every command's registration, the options all of them share, and how errors become one line. */
import { Command } from "commander";
import { productVersion } from "../../contracts/version.ts";
import { readEnvironment } from "../../runtime/config.ts";
import { endingsOf, runnerOf } from "../endings.ts";
import { note, openCli, say, type Register } from "./cli.ts";
import { meantBy } from "./meant.ts";

/** In the order of the help. What a command stands on is loaded with it: the smallest ones are to start at once. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import("./run.ts")).registerRun,
  attach: async () => (await import("./attach.ts")).registerAttach,
  policy: async () => (await import("./policy.ts")).registerPolicy,
  autopilot: async () => (await import("./autopilot.ts")).registerAutopilot,
  secrets: async () => (await import("./secrets.ts")).registerSecrets,
  sessions: async () => (await import("./sessions.ts")).registerSessions,
  prompts: async () => (await import("./prompts.ts")).registerPrompts,
  notify: async () => (await import("./notify.ts")).registerNotify,
  trace: async () => (await import("./trace.ts")).registerTrace,
  daemon: async () => (await import("./daemon.ts")).registerDaemon,
  console: async () => (await import("./console.ts")).registerConsole,
  dashboard: async () => (await import("./dashboard.ts")).registerDashboard,
  detect: async () => (await import("./detect.ts")).registerDetect,
  lab: async () => (await import("./lab.ts")).registerLab,
  redact: async () => (await import("./redact.ts")).registerRedact,
  doctor: async () => (await import("./doctor.ts")).registerDoctor,
  cloud: async () => (await import("./cloud.ts")).registerCloud,
  workspace: async () => (await import("./workspace.ts")).registerWorkspace,
  config: async () => (await import("./config.ts")).registerConfig,
  version: async () => (await import("./version.ts")).registerVersion,
  "shell-init": async () => (await import("./shell-init.ts")).registerShellInit,
  man: async () => (await import("./man.ts")).registerMan,
  completion: async () => (await import("./completion.ts")).registerCompletion,
};

const runAction = runnerOf(openCli);
const { fail, tellError } = endingsOf("atlasbridge", note);

const firstSteps = `
First steps:
  $ atlasbridge doctor --canary   see that all works here
  $ atlasbridge policy init       write a starter policy
  $ atlasbridge run -- claude     govern a tool; it feels as if it ran alone
  $ atlasbridge sessions list     what was asked, decided and typed
  $ atlasbridge trace verify      prove that the log is whole

Exit codes: 0 ok, 1 failed, 2 usage, 3 refused by policy, 4 integrity broken.
"run" ends with its command's own code (128+n on a signal; 126 not executable,
127 not found).
`;

/** Parses and runs; sets the process's exit code and returns when the command has ended. */
export async function main(argv: readonly string[]): Promise<void> {
  const args = argv.slice(2);
  if (namesNothing(args)) return await greet(args);
  const program = await buildProgram(args);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    fail(error, asksForJson(program, args));
  }
}

async function greet(args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  const at = args.lastIndexOf("--home");
  try {
    const { welcome } = await import("./welcome.ts");
    const home = at === -1 ? {} : { home: args[at + 1] ?? "" };
    process.exitCode = await welcome(openCli({ ...home, json, plain: args.includes("--plain") }));
  } catch (error) {
    fail(error, json);
  }
}

/** With the command alone that `args` name, or with all; `args` also say how errors are to be told. */
export async function buildProgram(args: readonly string[] = []): Promise<Command> {
  const program = new Command("atlasbridge")
    .description(
      "Governs AI command-line tools: sees every prompt, answers by a local policy\n" +
        "or calls you, and keeps a log that cannot be quietly changed.",
    )
    .version(productVersion, "-V, --version", "print the version")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText("after", firstSteps);
  const named = namedIn(args);
  for (const [name, load] of Object.entries(commands)) {
    if (named === null || name === named) (await load())(program, runAction);
  }
  const told = (text: string, command: Command): void =>
    tellError("usage", unknownIn(args) ?? usageMessage(text, command), asksForJson(program, args));
  shareOptions(program, told);
  return program;
}

/**
 * The command that is named, when nothing of another is needed. Null for help and mistakes, which list or suggest all,
 * and for completion and the manual, which speak of them.
 */
function namedIn(args: readonly string[]): string | null {
  const at = args.findIndex((arg) => arg === "-V" || arg === "--version");
  const word = wordOf(args);
  if (at !== -1 && (word === null || at < args.indexOf(word))) return "version";
  return word !== null && Object.hasOwn(commands, word) && !ofAll.has(word) ? word : null;
}

/** Nothing but where to look and how to say it. */
function namesNothing(args: readonly string[]): boolean {
  return args.every(
    (arg, at) => ["--json", "--plain", "--home"].includes(arg) || args[at - 1] === "--home",
  );
}

/** They speak of all the commands. */
const ofAll = new Set(["completion", "man"]);

/** The first word that is no option: where a command's name stands. */
function wordOf(args: readonly string[]): string | null {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--home") at += 1;
    else if (!arg.startsWith("-")) return arg;
  }
  return null;
}

/** What is said of a command that is none and yet known to mean something; null for anything else. */
function unknownIn(args: readonly string[]): string | null {
  const name = wordOf(args);
  if (name === null || Object.hasOwn(commands, name)) return null;
  const { variables } = readEnvironment();
  const isProgram = (one: string): boolean => {
    return Bun.which(one, { PATH: variables["PATH"] ?? "" }) !== null;
  };
  const meant = meantBy({ name, isProgram });
  return meant === null ? null : `there is no command "${name}"; say: atlasbridge ${meant}`;
}

/** Every command takes `--home` and `--json`, before or after its name. */
function shareOptions(command: Command, told: (text: string, command: Command) => void): void {
  command
    .option("--home <dir>", "folder for all state and settings (or ATLASBRIDGE_HOME)")
    .option("--json", "print one JSON value instead of text")
    .option("--plain", "for screen readers: words in lines (or ATLASBRIDGE_PLAIN=1)");
  command.exitOverride().configureOutput({
    writeOut: say,
    outputError: (text) => told(text, command),
  });
  for (const child of command.commands) {
    if (child.name() !== "complete") shareOptions(child, told);
  }
}

/** Whether `--json` is said to us: after `--`, or after the command of `run`, it belongs to the governed tool. */
function asksForJson(program: Command, args: readonly string[]): boolean {
  let command = program;
  let isValue = false;
  for (const arg of args) {
    if (isValue) {
      isValue = false;
    } else if (arg === "--") {
      return false;
    } else if (arg === "--json") {
      return true;
    } else if (arg.startsWith("-")) {
      isValue = command.options.some(
        ({ short, long, required }) => required && (arg === short || arg === long),
      );
    } else {
      const child = command.commands.find((one) => one.name() === arg);
      if (child === undefined && command.name() === "run") return false;
      command = child ?? command;
    }
  }
  return false;
}

/** Commander's own words as one sentence that says what to do: its suggestion, or where the usage stands. */
function usageMessage(text: string, command: Command): string {
  const said = text
    .trim()
    .replace(/^error: /, "")
    .replace(/\.$/, "");
  const suggested = /^(.*)\n\(Did you mean (?:one of )?(.*)\?\)$/s.exec(said);
  if (suggested !== null) return `${suggested[1]}; did you mean ${suggested[2]}?`;
  return `${said.replaceAll("\n", " ")}; see: ${fullName(command)} --help`;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
