/** `atlasbridge secrets …`: what policies may have typed at password prompts, kept in the system's keychain alone. */
import type { Register } from "./cli.ts";
import { listSecrets } from "./secrets/list.ts";
import { removeSecret } from "./secrets/remove.ts";
import { setSecret } from "./secrets/set.ts";

const setHelp = `
Examples:
  $ atlasbridge secrets set ssh-work   asks twice, showing nothing
  $ pass show ssh/work | atlasbridge secrets set ssh-work --stdin

A rule names it, for the passwords of one tool:
  match: { tool_id: ssh, prompt_type: [password] }
  action: { type: auto_reply, secret: ssh-work }

It is kept in the system's keychain (Secret Service on Linux, Keychain on
macOS), never in a file of ours, and typed only where the kernel proves that
the tool waits and nothing of it is shown. Whatever runs as you can ask the
keychain as well.
`;

const examples = `
Examples:
  $ atlasbridge secrets set ssh-work
  $ atlasbridge secrets list
`;

export const registerSecrets: Register = (program, run) => {
  const secrets = program
    .command("secrets")
    .description("keep the passwords that rules may name, in the system's keychain")
    .addHelpText("after", examples);

  secrets
    .command("set")
    .description("store a secret under a name, replacing one that is there")
    .argument("<name>", "letters, digits, . _ and -")
    .option("--stdin", "read it from standard input, without a line break at its end")
    .addHelpText("after", setHelp)
    .action(
      run((cli, name: string, options: { stdin?: boolean }) => setSecret(cli, name, options)),
    );

  secrets
    .command("list")
    .description("print the names of the secrets that were stored, never a secret")
    .addHelpText("after", "\nExample:\n  $ atlasbridge secrets list --json\n")
    .action(run((cli) => listSecrets(cli)));

  secrets
    .command("remove")
    .description("take a secret out of the keychain")
    .argument("<name>", "the name it was stored under")
    .addHelpText("after", "\nExample:\n  $ atlasbridge secrets remove ssh-work\n")
    .action(run((cli, name: string) => removeSecret(cli, name)));
};
