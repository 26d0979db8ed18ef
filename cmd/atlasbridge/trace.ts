/** `atlasbridge trace …`: reading the log of everything that was asked, decided and typed. */
import { InvalidArgumentError, Option } from "commander";
import { AtlasError } from "../../contracts/errors.ts";
import type { Cli, Register } from "./cli.ts";
import { exportFormats, type ExportOptions, exportTrace } from "./trace/export.ts";
import { proveEntry, verifyProofFile } from "./trace/prove.ts";
import { showEntry } from "./trace/show.ts";
import { tailLinesDefault, tailTrace } from "./trace/tail.ts";
import { registerUpkeep } from "./trace/upkeep.ts";
import { type VerifyOptions, verify } from "./trace/verify.ts";

const examples = `
Examples:
  $ atlasbridge trace tail --follow
  $ atlasbridge trace verify
`;

export const registerTrace: Register = (program, run) => {
  const trace = program
    .command("trace")
    .description("read the log of what was asked, decided and typed, and prove that it is whole")
    .addHelpText("after", examples);

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
    .option("--file <file>", "another trace than this machine's own, such as one set aside")
    .option(
      "--proof <file>",
      "check a proof made by trace prove, or a session's from the cloud; needs no trace",
    )
    .option("--key <key>", "the agent's verifier key, as its owner told it to you")
    .option("--witnessed <file>", "hold the log against a checkpoint that a witness gave out")
    .option("--without-archives", "check what is here, though older months lie elsewhere")
    .addHelpText("after", verifyHelp)
    .action(run((cli, options: VerifyOptions) => verifyWhat(cli, options)));

  trace
    .command("export")
    .description("print the whole trace, or one session, for other programs or as a report")
    .addOption(
      new Option(
        "--format <format>",
        "jsonl: whole and checkable; csv: for a spreadsheet; html: a report; asciicast: a session's terminal",
      )
        .choices(exportFormats)
        .default("jsonl"),
    )
    .option("--session <id>", "this session only (the start of its id is enough)")
    .option("-o, --output <file>", "write it to a file in place of standard output")
    .option("--no-content", "without questions, commands, paths, replies and screens")
    .option("--unredacted", "html and asciicast: secrets stay in")
    .addHelpText("after", exportHelp)
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

const exportHelp = `
Examples:
  $ atlasbridge trace export > trace.jsonl
  $ python3 verify_export.py trace.jsonl
  $ atlasbridge trace export --format html -o report.html
`;

const verifyHelp = `
Examples:
  $ atlasbridge trace verify
  $ atlasbridge trace verify --file ./trace.db.broken-20261130T071200123Z
  $ atlasbridge trace verify --proof proof.json --key KEY
  $ atlasbridge trace verify --witnessed checkpoint.txt

Exit codes: 0 whole or proved, 1 no trace there, 4 broken or not proved.
`;

function verifyWhat(
  cli: Cli,
  { proof, ...options }: VerifyOptions & { proof?: string },
): Promise<number> | number {
  if (proof === undefined) return verify(cli, options);
  if (options.file === undefined) return verifyProofFile(cli, proof, options.key);
  throw new AtlasError("usage", "a proof needs no trace: give --file or --proof, not both");
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
