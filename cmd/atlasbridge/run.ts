/** `atlasbridge run`: governs one command; the terminal looks and feels as if the command ran alone. */
import { InvalidArgumentError, Option } from "commander";
import { AtlasError } from "../../contracts/errors.ts";
import { autonomyMode } from "../../contracts/policy.ts";
import {
  type ConfirmKey,
  confirmKey,
  confirmKeyDefault,
} from "../../runtime/session/confirm-key.ts";
import type { Cli, Register } from "./cli.ts";
import { runInBackground } from "./run/background.ts";
import { govern } from "./run/govern.ts";
import { hostedAs } from "./run/host.ts";
import type { RunOptions } from "./run/options.ts";

const help = `
Examples:
  $ atlasbridge run -- claude
  $ atlasbridge run --policy ./policy.yaml --label nightly -- npm init
  $ atlasbridge run --headless --events fd:3 -- ./install.sh 3>events.jsonl
  $ atlasbridge run --keep --label nightly -- claude
  $ atlasbridge run --detach -- ./long-install.sh && atlasbridge attach
  $ atlasbridge run --record cases/npm-init --redact -- npm init

claude, codex and gemini are started so that they ask before they act, unless
your own flags say otherwise.
Without --policy the home folder's policy.yaml is used; without that, every
prompt is yours. The machine's policy (/etc/atlasbridge) and the project's
(.atlasbridge/policy.yaml) hold as well: policy show.
A key you press while a prompt waits always wins over policy. In assist mode
the terminal's title shows what policy suggests: F8 (--confirm-key) types it,
any other key is the tool's.
What the terminal shows is kept for "sessions replay" (--no-recording, and
recording.* in: config list); never a password.
With --keep or --detach the session has a process of its own: it goes on when
this terminal is closed, and any terminal of yours on this machine can attach
to it. Its questions reach you by: prompts list.
--record writes PATH.cast (asciicast v2) and PATH.json, what a lab run would
expect of it: a proposal to check. What is typed where no question is seen,
and at passwords, is never written; --redact also replaces your home folder
and what looks like a key, token or password, as long as it stands in one
piece: read it before you share it.
Exit code: the command's own; 128+n when signal n ended it; 3 when a denial
ended it (--headless); 126 not executable, 127 not found; 1 or 2 when it was
not started (one line says why).
`;

function readConfirmKey(given: string): ConfirmKey {
  const key = confirmKey(given);
  if (key !== null) return key;
  throw new InvalidArgumentError("use f5 to f12, or ctrl- and a letter that no tool needs");
}

function readHash(given: string): string {
  const hash = given.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new InvalidArgumentError("it is 64 digits and letters a to f, as policy show prints it");
}

export const registerRun: Register = (program, run) => {
  program
    .command("run")
    .description(
      "govern a command: see its prompts, answer by policy or call you, record all of it",
    )
    .argument("<command...>", "the command and its arguments, best after --")
    .option("-p, --policy <file>", "policy to decide by")
    .option("--pin-policy", "go on with the policy as it is now, whatever becomes of its files")
    .addOption(
      new Option(
        "--policy-hash <sha256>",
        "start with this policy alone (policy show), and pin it",
      ).argParser(readHash),
    )
    .addOption(
      new Option("--mode <mode>", "off: only watch; assist: suggest; full: answer").choices(
        autonomyMode.options,
      ),
    )
    .addOption(
      new Option(
        "--confirm-key <key>",
        "in assist mode: types what is suggested (f5 to f12, ctrl-X)",
      )
        .env("ATLASBRIDGE_CONFIRM_KEY")
        .default(confirmKey(confirmKeyDefault), confirmKeyDefault)
        .argParser(readConfirmKey),
    )
    .option("--label <text>", "a name for this session, shown in lists")
    .option("-d, --detach", "run it in the background; see: atlasbridge attach --help")
    .option("--keep", "attached here, and running on in the background when this terminal goes")
    .addOption(
      new Option(
        "--environment <name>",
        "name of the environment, for rules that ask for one; never guessed",
      ).env("ATLASBRIDGE_ENVIRONMENT"),
    )
    .option("--events <target>", "write each trace entry as a JSON line to a file or fd:N")
    .option("--no-recording", "keep nothing of what the terminal shows; the trace is kept")
    .option("--record <path>", "make a recording with expectations for: atlasbridge lab run")
    .option("--redact", "with --record: replace the home folder and what looks secret")
    .option("--headless", "there is no person: what would be yours to answer is denied")
    .option("--as-is", "start claude, codex or gemini without the flags that make them ask")
    .addOption(
      new Option("--pty <kind>", "how the terminal is made")
        .choices(["native", "bun-pty"])
        .default(process.platform === "win32" ? "bun-pty" : "native"),
    )
    .addOption(
      new Option(
        "--kernel-evidence <switch>",
        "ask the kernel who waits for input; off: judge by the screen and silence alone",
      )
        .choices(["on", "off"])
        .env("ATLASBRIDGE_KERNEL_EVIDENCE")
        .default("on"),
    )
    .passThroughOptions()
    .addHelpText("after", help)
    .action(run(begin));
};

function begin(cli: Cli, command: string[], options: RunOptions): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined || program === "") {
    throw new AtlasError("usage", "no command to run; say: atlasbridge run -- CMD");
  }
  const isAway = options.detach === true || options.keep === true;
  if (isAway && hostedAs(cli) === null) return runInBackground(cli, options);
  return govern(cli, [program, ...args], options);
}
