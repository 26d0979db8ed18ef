/** `atlasbridge notify …`: where you are called when a prompt waits, besides at this machine's terminal and desktop. */
import { Argument } from "commander";
import type { Register } from "./cli.ts";
import { addTarget, type AddOptions, targetTypes } from "./notify/add.ts";
import { listTargets } from "./notify/list.ts";
import { removeTarget } from "./notify/remove.ts";
import { testTargets } from "./notify/test.ts";

const help = `
Examples:
  $ atlasbridge notify add phone ntfy https://ntfy.sh/a-long-secret-topic
  $ atlasbridge notify test

The terminal's bell calls you at once; the desktop and the targets when nobody
comes (notify.after_seconds), again and louder later (notify.again_seconds,
notify.long_seconds). Nothing that comes back from a target is read or can
answer. Targets are told which tool waits, for what kind of answer and since
when; also the label, or the redacted question, only by:
  $ atlasbridge config set notify.content label
`;

const addHelp = `
Examples:
  $ atlasbridge notify add ops webhook https://ops.example.com/hooks/ab
  $ atlasbridge notify add phone ntfy https://ntfy.sh/a-long-secret-topic
  $ atlasbridge notify add team slack
  $ pass show bot | atlasbridge notify add me telegram 123456789 --stdin

webhook   JSON, signed as Standard Webhooks says; the signing secret is made
          here and printed once, or it is yours by --stdin
ntfy      a topic's address; with --token it asks for an access token
slack     asks for the address of an incoming webhook, which is a secret (also
          Mattermost's, and Discord's with /slack behind it)
telegram  a chat's number, or @channel; asks for the token of your bot

Secrets are kept in the system's keychain, or where there is none in a private
file; never in config.yaml. A target of the same name is replaced. Sessions
started from now on use it.
`;

export const registerNotify: Register = (program, run) => {
  const notify = program
    .command("notify")
    .description("say where you are called when a prompt waits: webhook, ntfy, Slack, Telegram")
    .addHelpText("after", help);

  notify
    .command("add")
    .description("add a target, or replace one of the same name")
    .argument("<name>", "small letters, digits, _ and -")
    .addArgument(new Argument("<type>", "what it is").choices(targetTypes))
    .argument("[where]", "webhook, ntfy: its address; telegram: the chat; slack: nothing")
    .option("--stdin", "read the secret from standard input")
    .option("--token", "ntfy: ask for an access token")
    .option("--server <url>", "telegram: a Bot API server of your own")
    .addHelpText("after", addHelp)
    .action(
      run((cli, ...given: [string, string, string | undefined, AddOptions]) => {
        const [name, type, where, options] = given;
        return addTarget(cli, { name, type, where, ...options });
      }),
    );

  notify
    .command("list")
    .description("print the targets, and how each was last reached")
    .addHelpText("after", "\nExample:\n  $ atlasbridge notify list --json\n")
    .action(run((cli) => listTargets(cli)));

  notify
    .command("test")
    .description("send a test message to all targets, or to one, and tell what came of it")
    .argument("[name]", "as notify list shows it")
    .addHelpText("after", "\nExample:\n  $ atlasbridge notify test phone\n")
    .action(run((cli, name: string | undefined) => testTargets(cli, name)));

  notify
    .command("remove")
    .description("remove a target, and forget its secret")
    .argument("<name>", "as notify list shows it")
    .addHelpText("after", "\nExample:\n  $ atlasbridge notify remove phone\n")
    .action(run((cli, name: string) => removeTarget(cli, name)));
};
