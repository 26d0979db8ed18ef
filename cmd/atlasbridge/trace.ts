/** `atlasbridge trace …`: reading the log of everything that was asked, decided and typed. */
import { InvalidArgumentError, Option } from "commander";
import type { Cli, Register } from "./cli.ts";
import { exportFormats, type ExportOptions, exportTrace } from "./trace/export.ts";
import { proveEntry, verifyProofFile } from "./trace/prove.ts";
import { showEntry } from "./trace/show.ts";
import { registerUpkeep } from "./trace/upkeep.ts";
import { tailLinesDefault, tailTrace } from "./trace/tail.ts";
import { type VerifyOptions, verify } from "./trace/verify.ts";

export const registerTrace: Register = (program, run) => {
  const trace = program
    .command("trace")
    .description("read the log of what was asked, decided and typed, and prove that it is whole");

  trace
    .command("tail")
    .description("print the last entries, one a line")
    .option("-n, --lines <count>", "how many", wholeNumber, tailLinesDefault)
    .option("-f, --follow", "go on printing entries as they are recorded")
    .option("--session <id>", "of this session only (the start of its id is enough)")
    .option("--kind <kind>", 'of this kind only: "prompt.closed", or "prompt" for all of its kinds')
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace tail -f --kind decision\n")
    .action(run((cli, options) => tailTrace(cli, options)));

  trace
    .command("show")
    .description("print one entry with everything in it, and whether its hashes match")
    .argument("<seq>", "number of the entry", positiveNumber)
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace show 12\n")
    .action(run((cli, seq: number) => showEntry(cli, seq)));

  trace
    .command("verify")
    .description("check that no entry was changed, removed or added, and say which one was")
    .option("--proof <file>", "check a proof made by trace prove; needs no trace")
    .option("--key <key>", "the agent's verifier key, as its owner told it to you")
    .option("--witnessed <file>", "hold the log against a checkpoint that a witness gave out")
    .option("--without-archives", "check what is here, though older months lie elsewhere")
    .addHelpText("after", verifyHelp)
    .action(run((cli, options: VerifyOptions) => verifyWhat(cli, options)));

  trace
    .command("export")
    .description("print the whole trace, or one session, for other programs")
    .addOption(
      new Option("--format <format>", "jsonl: whole and checkable; csv: for a spreadsheet")
        .choices(exportFormats)
        .default("jsonl"),
    )
    .option("--session <id>", "this session only (the start of its id is enough)")
    .option("--no-content", "without questions, commands, paths and replies")
    .addHelpText(
      "after",
      "\nExample:\n  $ atlasbridge trace export > trace.jsonl && python3 verify_export.py trace.jsonl\n",
    )
    .action(run((cli, options: ExportOptions) => exportTrace(cli, options)));

  trace
    .command("prove")
    .description("print a proof of one entry that anybody can check, without showing the others")
    .argument("<seq>", "number of the entry", positiveNumber)
    .option("--content", "show its content (question, command, reply) as well")
    .addHelpText("after", "\nExample:\n  $ atlasbridge trace prove 12 > proof.json\n")
    .action(
      run((cli, seq: number, options: { content?: boolean }) => proveEntry(cli, seq, options)),
    );
  registerUpkeep(trace, run);
};

const verifyHelp = `
Examples:
  $ atlasbridge trace verify
  $ atlasbridge trace verify --proof proof.json --key KEY
  $ atlasbridge trace verify --witnessed checkpoint.txt

Exit codes: 0 whole or proved, 1 no trace there, 4 broken or not proved.
`;

function verifyWhat(
  cli: Cli,
  { proof, ...options }: VerifyOptions & { proof?: string },
): Promise<number> | number {
  if (proof !== undefined) return verifyProofFile(cli, proof, options.key);
  return verify(cli, options);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}

function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("Entries are numbered from 1.");
}
