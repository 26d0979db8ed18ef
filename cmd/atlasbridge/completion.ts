/** `atlasbridge completion`: shell completions made from the command tree itself. */
import tab from "@bomb.sh/tab/commander";
import type { Register } from "./cli.ts";

/**
 * Our own for bash: the library's hands the half-typed line to `eval`, so that a Tab behind `$(…)` would run it,
 * and it needs the package bash-completion. For the other shells the library's is used.
 */
const bashScript = String.raw`# bash completion for atlasbridge
_atlasbridge() {
  local word rest
  COMPREPLY=()
  while IFS=$'\t' read -r word rest; do
    [[ $word != :* && $word == "$2"* ]] && COMPREPLY+=("$word")
  done < <("$1" complete -- "${"$"}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _atlasbridge atlasbridge
`;

const help = `
Examples:
  $ echo 'source <(atlasbridge completion bash)' >> ~/.bashrc
  $ echo 'source <(atlasbridge completion zsh)' >> ~/.zshrc
  $ atlasbridge completion fish > ~/.config/fish/completions/atlasbridge.fish
`;

/** Must be registered last: it completes the commands that are there by then. */
export const registerCompletion: Register = (program) => {
  const completion = tab(program, { completionCommandName: "completion" });
  const command = program.commands.find((one) => one.name() === "completion");
  command
    ?.description("print a script that completes commands and options in your shell")
    .addHelpText("after", help)
    .action((shell: string) => {
      if (shell === "bash") process.stdout.write(bashScript);
      else completion.setup(program.name(), program.name(), shell);
    });
};
