/** `atlasbridge completion`: shell completions made from the command tree itself. */
import tab from "@bomb.sh/tab/commander";
import type { Register } from "./cli.ts";

/** Must be registered last: it completes the commands that are there by then. */
export const registerCompletion: Register = (program) => {
  tab(program, { completionCommandName: "completion" });
};
