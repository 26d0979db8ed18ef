/** `atlasbridge console`: a full-screen program for the person who answers: what runs, what waits, one key per answer. */
import type { Register } from "./cli.ts";

const help = `
Examples:
  $ atlasbridge console
  $ ssh -t devbox atlasbridge console

It needs a terminal of 40×12 or more. It is an operator console: local
execution only, for the sessions of this user on this machine. "?" lists the
keys, "q" leaves; whatever runs goes on. For scripts: "prompts list --json"
and "sessions list --json" tell the same.
`;

export const registerConsole: Register = (program, run) => {
  program
    .command("console")
    .description("show what runs and what waits for you, full-screen, with one key per answer")
    .addHelpText("after", help)
    .action(
      run(async (cli) => {
        // Not loaded by any other command: what draws on the whole terminal.
        const { runConsole } = await import("./console/run-console.ts");
        return await runConsole(cli);
      }),
    );
};
