/** `atlasbridge trace …`: reading the log of everything that was asked, decided and typed. */
import { InvalidArgumentError } from "commander";
import type { Register } from "./cli.ts";
import { showEntry } from "./trace/show.ts";
import { tailLinesDefault, tailTrace } from "./trace/tail.ts";
import { verify } from "./trace/verify.ts";

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
    .addHelpText(
      "after",
      "\nExample:\n  $ atlasbridge trace verify\n\nExit codes: 0 whole, 1 no trace there, 4 broken.\n",
    )
    .action(run((cli) => verify(cli)));
};

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
