/** `atlasbridge lab`: measures detection against recordings of real programs whose questions are known. */
import { Option } from "commander";
import { AtlasError } from "../../contracts/errors.ts";
import { kernelSights } from "../../runtime/lab/evidence.ts";
import { efforts } from "../../runtime/lab/splits.ts";
import type { Register } from "./cli.ts";
import { labRun, type LabRunOptions } from "./lab/run.ts";

const help = `
Examples:
  $ atlasbridge lab run ./recordings                the figures, and the misses
  $ atlasbridge lab run ./recordings --misses --tool codex
  $ atlasbridge lab run ./recordings --pace recorded --jobs 16
  $ atlasbridge lab run ./recordings --splits all   the output in other pieces

DIR holds cases: NAME.cast (asciicast v2) and NAME.json beside it, in any
folders. Make one from a live session: atlasbridge run --record DIR/NAME -- CMD
--pace fast reads each recording at once and looks at every labelled prompt,
and everywhere where nobody asks. --pace recorded plays each at the speed of
its recording to a whole session with a policy that answers everything, and
counts what is typed.
--splits cuts the output into other reads: at every byte and at many; "all"
besides in two at each byte of recordings up to 8 KiB and at 200 of larger
ones, which takes minutes.
A gate file is JSON, such as:
  {"recall": 0.99, "kind": 0.98, "options": 0.95, "default": 0.95, "false": 0}
Exit code: 1 when anything is worse than the gate, 2 when a recording cannot
be read.
`;

const examples = `
Example:
  $ atlasbridge lab run recordings
`;

export const registerLab: Register = (program, run) => {
  const lab = program
    .command("lab")
    .description("measure detection against recordings with known questions")
    .addHelpText("after", examples);
  lab
    .command("run")
    .description("replay a folder of recordings and print what was detected right and wrong")
    .argument("<dir>", "folder of recordings with their expectations")
    .addOption(
      new Option("--pace <pace>", "at once, or as recorded through a whole session")
        .choices(["fast", "recorded"])
        .default("fast"),
    )
    .option("--tool <name>", "only recordings of this tool or program")
    .addOption(
      new Option("--kernel-evidence <sight>", "as recorded, none at all, or of unreadable tools")
        .choices(kernelSights)
        .default("on"),
    )
    .option("--misses", "list every prompt that was not as expected")
    .option("--gate <file>", "what must be reached, instead of the built-in figures")
    .option("--jobs <n>", "recordings played side by side with --pace recorded", wholeNumber, 8)
    .addOption(
      new Option("--splits <which>", "cut outputs in pieces; the same must be detected").choices(
        Object.keys(efforts),
      ),
    )
    .addHelpText("after", help)
    .action(run((cli, dir: string, options: LabRunOptions) => labRun(cli, dir, options)));
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw new AtlasError("usage", `--jobs ${text} is not a whole number from 1 to 256`);
}
