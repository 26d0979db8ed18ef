/** `atlasbridge cloud …`: the observer that is sent signed copies of the trace, if the operator wants one. */
import type { Register } from "./cli.ts";
import type { EnrollOptions } from "./cloud/enroll.ts";
import type { SyncOptions } from "./cloud/sync.ts";

// Each is loaded when it is asked for: whoever has no cloud never loads what could speak to one.

const help = `
Nothing is sent anywhere before "cloud enroll". What is sent then is metadata
alone: when prompts came, what was decided and by which rule; no question,
command, path or reply, unless cloud.content says so. The cloud watches:
nothing that it answers can start, stop, answer or change anything here.
`;

const enrollHelp = `
Examples:
  $ atlasbridge cloud enroll --url https://atlas.example.com --key-id abk_…
      asks for the secret, showing nothing
  $ pass show atlas | atlasbridge cloud enroll --url https://… --key-id abk_…

The secret is kept in the system's keychain, or where there is none in a file
that is yours alone.
`;

const syncHelp = `
Examples:
  $ atlasbridge cloud sync
  $ atlasbridge cloud sync --follow

Exit codes: 0 everything was taken, 1 something still waits, 4 the cloud and
this trace contradict each other.
`;

const examples = `
Examples:
  $ atlasbridge cloud enroll --url https://atlas.example.com --key-id abk_…
  $ atlasbridge cloud status
`;

export const registerCloud: Register = (program, run) => {
  const cloud = program
    .command("cloud")
    .description("send signed copies of the log to a service that watches, and see what was sent")
    .addHelpText("after", examples)
    .addHelpText("after", help);

  cloud
    .command("enroll")
    .description("say which service this machine's trace is sent to, and by which key it is signed")
    .requiredOption("--url <url>", "address of the service: https://HOST")
    .requiredOption("--key-id <id>", "the key's public id: abk_…")
    .addHelpText("after", enrollHelp)
    .action(
      run(async (cli, options: EnrollOptions) => {
        return await (await import("./cloud/enroll.ts")).enroll(cli, options);
      }),
    );

  cloud
    .command("status")
    .description("print what was sent, what waits and why; asks nobody")
    .addHelpText("after", "\nExample:\n  $ atlasbridge cloud status --json\n")
    .action(run(async (cli) => await (await import("./cloud/status.ts")).showStatus(cli)));

  cloud
    .command("sync")
    .description("send everything that waits, now")
    .option("-f, --follow", "go on sending entries as they are recorded, until stopped")
    .addHelpText("after", syncHelp)
    .action(
      run(async (cli, options: SyncOptions) => {
        return await (await import("./cloud/sync.ts")).sync(cli, options);
      }),
    );

  cloud
    .command("rotate-key")
    .description("fetch the key that was made to follow this one, and sign with it from now on")
    .addHelpText("after", "\nExample:\n  $ atlasbridge cloud rotate-key\n")
    .action(run(async (cli) => await (await import("./cloud/rotate-key.ts")).rotateKey(cli)));

  cloud
    .command("leave")
    .description("send nothing any more, and forget the key; what was sent stays there")
    .addHelpText("after", "\nExample:\n  $ atlasbridge cloud leave\n")
    .action(run(async (cli) => await (await import("./cloud/leave.ts")).leave(cli)));
};
