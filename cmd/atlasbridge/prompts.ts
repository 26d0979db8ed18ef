/** `atlasbridge prompts …`: the questions that wait for you in any session of this machine, answered from any terminal. */
import type { Register } from "./cli.ts";
import { listPrompts } from "./prompts/list.ts";
import { answerPrompt } from "./prompts/reply.ts";
import { showPrompt } from "./prompts/show.ts";

const replyHelp = `
VALUE is a meaning, as in a policy: y or n, an option's label or key, or text
where text is asked for. It is typed into that prompt alone, once, as the
prompt wants it (with or without Enter); "" only presses Enter.

Examples:
  $ atlasbridge prompts list
  $ atlasbridge prompts reply 01a20a8f y
  $ atlasbridge prompts reply 01a20a8f "No, keep it"

It is refused when the prompt has gone or changed, when someone is typing at
the tool's own terminal, and for passwords, which are typed there alone. Exit
code 1 when it was refused or had no effect.
`;

const examples = `
Examples:
  $ atlasbridge prompts list
  $ atlasbridge prompts reply 7f3a9c1d y
`;

export const registerPrompts: Register = (program, run) => {
  const prompts = program
    .command("prompts")
    .description("list and answer the questions that wait for you, from any terminal")
    .addHelpText("after", examples);

  prompts
    .command("list")
    .description("print the questions that wait for you, the one that waits longest first")
    .addHelpText("after", "\nExample:\n  $ atlasbridge prompts list --json\n")
    .action(run(listPrompts));
  prompts
    .command("show")
    .description("print one question whole, with its options and how to answer")
    .argument("<id>", "the prompt's id, or enough of its end or start")
    .addHelpText("after", "\nExample:\n  $ atlasbridge prompts show 01a20a8f\n")
    .action(run((cli, id: string) => showPrompt(cli, id)));
  prompts
    .command("reply")
    .description("answer one question, and tell what came of it")
    .argument("<id>", "the prompt's id, or enough of its end or start")
    .argument("<value>", "what to answer")
    .addHelpText("after", replyHelp)
    .action(run((cli, id: string, value: string) => answerPrompt(cli, { id, value })));
  prompts
    .command("deny")
    .description("refuse what one question asks for, and tell what came of it")
    .argument("<id>", "the prompt's id, or enough of its end or start")
    .addHelpText("after", "\nExample:\n  $ atlasbridge prompts deny 01a20a8f\n")
    .action(run((cli, id: string) => answerPrompt(cli, { id, value: null })));
};
