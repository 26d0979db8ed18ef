/** `atlasbridge policy …`: write, check, try and fingerprint the file that decides. */
import type { Register } from "./cli.ts";
import { readTerminalInput } from "./policy/asked.ts";
import { askedOptions } from "./policy/asked-options.ts";
import { explainPolicy } from "./policy/explain.ts";
import { hashPolicy } from "./policy/hash.ts";
import { registerHistoryTools } from "./policy/history-commands.ts";
import { registerInit } from "./policy/init.ts";
import { printSchema } from "./policy/schema.ts";
import { registerShow } from "./policy/show.ts";
import { testPolicy } from "./policy/try.ts";
import { validatePolicy } from "./policy/validate.ts";

const fileHelp = "policy file (default: policy.yaml in the settings folder)";
const judgedHelp = "policy file, asked alone (default: all that hold in the folder, as with run)";

const examples = `
Examples:
  $ atlasbridge policy init
  $ atlasbridge policy test --question "Run this?" --command "npm test"
  $ atlasbridge policy explain --session 01a20a8f
`;

export const registerPolicy: Register = (program, run) => {
  const policy = program
    .command("policy")
    .description("write, check and try the policy that answers prompts")
    .addHelpText("after", examples);

  policy
    .command("validate")
    .description("check a policy; print every problem with its line and column")
    .argument("[file]", fileHelp)
    .addHelpText(
      "after",
      "\nExample:\n  $ atlasbridge policy validate policy.yaml\n\nExit codes: 0 valid, 2 not valid.\n",
    )
    .action(run(validatePolicy));

  askedOptions(
    policy
      .command("test")
      .description("show what a policy decides about a prompt, and why")
      .argument("[file]", judgedHelp),
  )
    .addHelpText("after", testHelp)
    .action(
      run((cli, file, options) => testPolicy(cli, { file, options, readInput: readTerminalInput })),
    );

  askedOptions(
    policy
      .command("explain")
      .description(
        "show every rule and condition against a prompt: what each wants and what it saw",
      )
      .argument("[file]", judgedHelp),
  )
    .addHelpText("after", explainHelp)
    .action(
      run((cli, file, options) =>
        explainPolicy(cli, { file, options, readInput: readTerminalInput }),
      ),
    );

  registerHistoryTools(policy, run);
  registerShow(policy, run);

  policy
    .command("hash")
    .description("print the SHA-256 of a valid policy, as the trace records it")
    .argument("[file]", fileHelp)
    .addHelpText("after", "\nExample:\n  $ atlasbridge policy hash policy.yaml\n")
    .action(run(hashPolicy));

  policy
    .command("schema")
    .description("print the policy language as a JSON Schema, for your editor")
    .addHelpText(
      "after",
      "\nExample:\n  $ atlasbridge policy schema > policy.schema.json\n\nThe first line of the policy then tells an editor where it is:\n  # yaml-language-server: $schema=policy.schema.json\n",
    )
    .action(run(printSchema));

  registerInit(policy, run);
};

const testHelp = `
Examples:
  $ atlasbridge policy test --question "Continue? [y/n]" --kind yes_no
  $ atlasbridge policy test policy.yaml --question "Run this?" \\
      --command "git push --force"
  $ echo "Delete 3 files?" | atlasbridge policy test --json
  $ atlasbridge policy test --session 01a20a8f --prompt 3
      the third prompt of a session
  $ atlasbridge policy test --recording ./recordings/apt.cast
      one of a recording

Exit codes: 0 answered or left to a person, 3 denied, 2 the policy is not valid.
`;

const explainHelp = `
Examples:
  $ atlasbridge policy explain --question "Run this?" \\
      --command "git push --force"
  $ atlasbridge policy explain --session 01a20a8f   the last prompt of a session
  $ atlasbridge policy explain new.yaml --prompt 01a20a8f-7c1e --json
  $ atlasbridge policy explain --recording ./recordings/apt.cast --prompt 2

Rules after the one that decides are shown as well, marked "(not reached)".
Exit codes: 0 answered or left to a person, 3 denied, 2 the policy is not valid.
`;
