/** `atlasbridge completion`: shell completions made from the command tree itself, and from what runs and waits. */
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import type { RootCommand } from "@bomb.sh/tab";
import { scripts } from "./completion/scripts.ts";
import { type Candidates, candidatesIn } from "./completion/candidates.ts";
import { openCli, type Register } from "./cli.ts";

const help = `
Examples:
  $ echo 'source <(atlasbridge completion bash)' >> ~/.bashrc
  $ echo 'source <(atlasbridge completion zsh)' >> ~/.zshrc
  $ atlasbridge completion fish > ~/.config/fish/completions/atlasbridge.fish
`;

/** Must be registered last: it completes the commands that are there by then. */
export const registerCompletion: Register = (program) => {
  const completion = tab(program, { completionCommandName: "completion" });
  completeEverywhere(completion);
  completeNames(completion, () => candidatesIn(openCli(homeIn(program))));
  const command = program.commands.find((one) => one.name() === "completion");
  command
    ?.description("print a script that completes commands and options in your shell")
    .addHelpText("after", help)
    .action((shell: string) => {
      if (shell === "bash" || shell === "zsh" || shell === "fish") {
        process.stdout.write(scripts[shell]);
      } else completion.setup(program.name(), program.name(), shell);
    });
};

/** Every command takes them, and is told so only after this one is made. */
function completeEverywhere(completion: RootCommand): void {
  for (const command of [completion, ...completion.commands.values()]) {
    command.option("json", "print one JSON value instead of text");
    // Whatever a shell offers by itself: a folder.
    command.option("home", "folder for all state and settings", () => undefined);
  }
}

/** In which words a name of something stands. */
const named = {
  attach: "running",
  "sessions stop": "running",
  "sessions pause": "running",
  "sessions resume": "running",
  "sessions show": "recorded",
  "sessions export": "recorded",
  "sessions replay": "recorded",
  "prompts show": "waiting",
  "prompts reply": "waiting",
  "prompts deny": "waiting",
} as const;

const namedByOption = {
  "sessions list": { label: "labels", tool: "tools" },
} as const;

function completeNames(completion: RootCommand, find: () => Candidates): void {
  for (const [name, what] of Object.entries(named)) {
    const [first] = completion.commands.get(name)?.arguments.values() ?? [];
    if (first !== undefined) first.handler = (complete) => find()[what](complete);
  }
  for (const [name, options] of Object.entries(namedByOption)) {
    for (const [option, what] of Object.entries(options)) {
      const found = completion.commands.get(name)?.options.get(option);
      if (found !== undefined) found.handler = (complete) => find()[what](complete);
    }
  }
}

/** Of the line that is being typed, which stands behind the `--`. */
function homeIn(program: Command): { home?: string } {
  // Commander has it, and its types do not say so.
  const raw: unknown = Reflect.get(program, "rawArgs");
  const args = Array.isArray(raw) ? raw.map(String) : [];
  const at = args.lastIndexOf("--home");
  const home = args[at + 1] ?? "";
  return at === -1 || home === "" ? {} : { home };
}
