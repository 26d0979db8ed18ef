/** `atlasbridge config …`: the operator's settings, what each is for, and which are in force. */
import type { Register } from "./cli.ts";
import { changeSetting } from "./config/change.ts";
import { getSetting, listSettings, showPath } from "./config/show.ts";

const help = `
Examples:
  $ atlasbridge config list   every setting, its value, and what it is for
  $ atlasbridge config set recording.keep_days 7
  $ ATLASBRIDGE_RECORDING_ENABLED=false atlasbridge run -- claude

A variable ATLASBRIDGE_… goes before config.yaml, which goes before the
default. No secret belongs in here.
`;

export const registerConfig: Register = (program, run) => {
  const config = program
    .command("config")
    .description("read and change the settings of this machine's atlasbridge")
    .addHelpText("after", help);

  config
    .command("list")
    .description("print every setting with its value, where that comes from, and what it is for")
    .addHelpText("after", "\nExample:\n  $ atlasbridge config list --json\n")
    .action(run(listSettings));
  config
    .command("get")
    .description("print the value of one setting that is in force")
    .argument("<key>", "such as recording.keep_days")
    .addHelpText("after", "\nExample:\n  $ atlasbridge config get audit_mode\n")
    .action(run((cli, key: string) => getSetting(cli, key)));
  config
    .command("set")
    .description("change one setting in config.yaml; comments in it stay")
    .argument("<key>", "such as recording.keep_days")
    .argument("<value>", "as it would stand in the file")
    .addHelpText("after", "\nExample:\n  $ atlasbridge config set recording.keep_days 7\n")
    .action(run((cli, key: string, value: string) => changeSetting(cli, { key, value })));
  config
    .command("unset")
    .description("take one setting out of config.yaml, so that its default holds")
    .argument("<key>", "such as recording.keep_days")
    .addHelpText("after", "\nExample:\n  $ atlasbridge config unset recording.keep_days\n")
    .action(run((cli, key: string) => changeSetting(cli, { key, value: null })));
  config
    .command("path")
    .description("print where config.yaml lies")
    .addHelpText("after", "\nExample:\n  $ atlasbridge config path\n")
    .action(run(showPath));
};
