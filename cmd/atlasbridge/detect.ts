/** `atlasbridge detect`: why a screen is, or is not, taken for a question. */
import type { Register } from "./cli.ts";
import { type ExplainOptions, explainDetection } from "./detect/explain.ts";

const help = `
Examples:
  $ atlasbridge detect explain 0198c0de
      what the running session sees now, and why
  $ atlasbridge detect explain --file demo.cast
      at each question found in a recording, else at its end
  $ atlasbridge detect explain --file demo.cast --at 3.5
      3.5 seconds from its start
  $ atlasbridge detect explain --file 0198c0de
      at each question of a session that was recorded

SESSION is the beginning of a running session's id (atlasbridge sessions
list). Any recording in asciicast v2 will do; without markers of who waits
(atlasbridge run --record) only silence and the text can tell. Printed are the
evidence of waiting, the line taken as asking, each rule asked in turn, and
the verdict.
`;

const examples = `
Example:
  $ atlasbridge detect explain 01a20a8f
`;

export const registerDetect: Register = (program, run) => {
  const detect = program
    .command("detect")
    .description("see why something is, or is not, taken for a question")
    .addHelpText("after", examples);
  detect
    .command("explain")
    .description("print every rule and every piece of evidence for a screen")
    .argument("[session]", "the beginning of a running session's id")
    .option("--file <cast>", "a recording, or the id of a session that was recorded")
    .option("--at <seconds>", "the moment in the recording")
    .addHelpText("after", help)
    .action(
      run((cli, session: string | undefined, options: ExplainOptions) =>
        explainDetection(cli, session, options),
      ),
    );
};
