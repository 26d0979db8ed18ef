/** `trace key`, `erase`, `archive` and `witness`: what a person does with the log itself. */
import { Argument, type Command, Option } from "commander";
import type { RunAction } from "../cli.ts";
import { archive } from "./archive.ts";
import { erase, type EraseOptions } from "./erase.ts";
import { addWitness, listWitnesses, removeWitness } from "./witness.ts";
import { moveKey, type Place, rotate, showKey } from "./key.ts";

const places: readonly Place[] = ["file", "keychain"];

/** Adds them to `trace`. */
export function registerUpkeep(trace: Command, run: RunAction): void {
  registerArchive(trace, run);
  registerErase(trace, run);
  registerKey(trace, run);
  registerWitness(trace, run);
}

const archiveHelp = `
Example:
  $ atlasbridge trace archive --before 2026-09

Each month gets a file of its own in the folder "archive" beside the trace. As
long as the files lie there, everything reads, verifies and can be proved as
before; put elsewhere, they are named by verify, which can do without them.
`;

function registerArchive(trace: Command, run: RunAction): void {
  trace
    .command("archive")
    .description("move old months into files of their own; proofs go on working")
    .requiredOption("--before <month>", "the first month that stays, such as 2026-09 (UTC)")
    .addHelpText("after", archiveHelp)
    .action(run((cli, { before }: { before: string }) => archive(cli, before)));
}

const eraseHelp = `
Examples:
  $ atlasbridge trace erase --before 2026-08-01
  $ atlasbridge trace erase --session 0193a1b2
  $ atlasbridge trace erase --seq 12..40 --yes

Content is what came from the terminal or your files: questions, options,
commands, paths, replies. It is overwritten in the trace and its archives;
that and when it was erased stays, and so do all hashes and proofs. Copies
that you made of the files (backups, exports) are out of reach. For all that
is older: atlasbridge config set retention.content_days 90
`;

function registerErase(trace: Command, run: RunAction): void {
  trace
    .command("erase")
    .description("take content out of the log for good; what happened and every proof stay")
    .option("--before <date>", "of entries from before this day (midnight UTC)")
    .option("--session <id>", "of this session (the start of its id is enough)")
    .option("--seq <range>", "of these entries: 12 or 12..40")
    .option("--yes", "do not ask first")
    .addHelpText("after", eraseHelp)
    .action(run((cli, options: EraseOptions) => erase(cli, options)));
}

function registerWitness(trace: Command, run: RunAction): void {
  const witness = trace
    .command("witness")
    .description(
      "say whose word on how far the log goes you trust: verify holds the log against it",
    )
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace witness list\n");
  witness
    .command("list")
    .description("print the keys of the witnesses that are trusted")
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace witness list --json\n")
    .action(run((cli) => listWitnesses(cli)));
  witness
    .command("add")
    .description("trust a witness by its verifier key, as it gives it out")
    .argument("<key>", "NAME+ID+KEY, of the type cosignature/v1")
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace witness add KEY\n")
    .action(run((cli, key: string) => addWitness(cli, key)));
  witness
    .command("remove")
    .description("no longer trust a witness")
    .argument("<name>", "as witness list shows it, up to the first +")
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace witness remove witness.example.com\n")
    .action(run((cli, name: string) => removeWitness(cli, name)));
}

const keyHelp = `
Examples:
  $ atlasbridge trace key show
  $ atlasbridge trace key move keychain
  $ atlasbridge trace key rotate

The key is made with the first session, as a file that only you can read: it
works at once, also where nobody is logged in to a desktop. In the keychain it
is out of reach of whoever can only read files; while the keychain is locked
or not there, sessions go on and nothing is signed.
`;

function registerKey(trace: Command, run: RunAction): void {
  const key = trace
    .command("key")
    .description("show, move or change the agent's key, which signs the log")
    .addHelpText("after", keyHelp);
  key
    .command("show")
    .description("print where the key is kept, and its fingerprint")
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace key show --json\n")
    .action(run((cli) => showKey(cli)));
  key
    .command("move")
    .description("keep the same key elsewhere: in a file, or in the system's keychain")
    .addArgument(new Argument("<place>", "where to").choices(places))
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace key move keychain\n")
    .action(run((cli, place: Place) => moveKey(cli, place)));
  key
    .command("rotate")
    .description(
      "go on with a new key; the old one vouches for it, and running sessions take it on",
    )
    .option("--lost", "the old key is gone: nobody vouches for the new one, and the log says so")
    .addOption(new Option("--to <place>", "where to keep it (default: as before)").choices(places))
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace key rotate\n")
    .action(run((cli, options: { lost?: boolean; to?: Place }) => rotate(cli, options)));
}
