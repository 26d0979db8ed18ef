/** `atlasbridge shell-init`: what a shell's start file evaluates: completions, and tools that run governed by themselves. */
import { Argument } from "commander";
import { AtlasError, exitCodes } from "../../contracts/errors.ts";
import type { Register } from "./cli.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** Those that are known to be asked for when none are named. */
const knownTools = ["claude", "codex", "gemini"];

const help = `
Examples:
  $ atlasbridge shell-init bash --govern   look at what it prints
  $ echo 'eval "$(atlasbridge shell-init bash --govern)"' >> ~/.bashrc
  $ echo 'eval "$(atlasbridge shell-init zsh --govern claude)"' >> ~/.zshrc
  $ echo 'atlasbridge shell-init fish | source' >> ~/.config/fish/config.fish

With --govern, typing the tool's name in that shell runs it governed:
atlasbridge run -- claude. Its own command stays there: command claude. Within
a governed session the name means the tool itself. Scripts are not changed.
`;

export const registerShellInit: Register = (program, run) => {
  program
    .command("shell-init")
    .description("print what makes your shell complete commands, and govern tools by their name")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .option("--govern [tools...]", "tools to run governed; claude, codex and gemini unless named")
    .option("--keep", "with --govern: in the background, attached; see: atlasbridge run --help")
    .addHelpText("after", help)
    .action(
      run((cli, shell: Shell, { govern, keep }: { govern?: true | string[]; keep?: boolean }) => {
        const tools = govern === undefined ? [] : govern === true ? knownTools : govern;
        cli.raw(initOf(shell, tools.map(assertName), keep === true));
        return exitCodes.ok;
      }),
    );
};

/** What is no plain name would be evaluated by the shell. */
function assertName(tool: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(tool)) return tool;
  throw new AtlasError("usage", `"${tool}" is no command's name; give one, such as claude`);
}

function initOf(shell: Shell, tools: readonly string[], keep: boolean): string {
  const run = `atlasbridge run${keep ? " --keep" : ""} --`;
  const lines = tools.map((tool) =>
    shell === "fish" ? fishTool(tool, run) : posixTool(tool, run),
  );
  return `# ${shell}: atlasbridge shell-init\n${completions[shell]}${lines.join("")}`;
}

const completions: Readonly<Record<Shell, string>> = {
  bash: "source <(atlasbridge completion bash)\n",
  // Without compinit there is nothing that could complete.
  zsh: "(( $+functions[compdef] )) && source <(atlasbridge completion zsh)\n",
  fish: "atlasbridge completion fish | source\n",
};

/** An alias of that name would be put in place of the function's. */
function posixTool(tool: string, run: string): string {
  return `unalias ${tool} 2>/dev/null
function ${tool} {
  if [ -n "\${ATLASBRIDGE_SESSION-}" ]; then command ${tool} "$@"; else ${run} ${tool} "$@"; fi
}
`;
}

function fishTool(tool: string, run: string): string {
  return `function ${tool} --wraps ${tool}
  if set -q ATLASBRIDGE_SESSION
    command ${tool} $argv
  else
    ${run} ${tool} $argv
  end
end
`;
}
