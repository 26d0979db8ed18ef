/** The options by which a prompt is given or named to `policy test` and `policy explain`. */
import { type Command, Option } from "commander";
import { confidence, promptKind, subject } from "../../../contracts/prompt.ts";

/** Adds them to a command. */
export function askedOptions(command: Command): Command {
  return command
    .option("-q, --question <text>", "what the tool asks (default: read from standard input)")
    .option("--context <text>", "text above the question; only rules that hold back search it")
    .addOption(
      new Option(
        "-k, --kind <kind>",
        "kind of prompt (default: yes_no, or multiple_choice with --options)",
      ).choices(promptKind.options),
    )
    .option("-o, --options <labels>", "labels of the options, separated by commas")
    .addOption(
      new Option("-c, --confidence <level>", "how sure detection is")
        .choices(confidence.options)
        .default("high"),
    )
    .option("-t, --tool <name>", "name of the tool (default: claude, or the recorded one)")
    .option("--cwd <dir>", "folder of the session (default: this folder, or the recorded one)")
    .option("--label <text>", "label of the session")
    .option("--environment <name>", "name of the environment, as given to run")
    .addOption(
      new Option("--subject <type>", "what is to be approved").choices(subject.shape.type.options),
    )
    .option("--command <text>", "command that the tool asks to run")
    .option("--path <path>", "file or folder that it is about")
    .option("--host <name>", "host that is to be reached")
    .option("--session <id>", "instead: a prompt of this session in the trace, the last by default")
    .option("--prompt <which>", "its id, or its number in the session or recording")
    .option("--recording <file>", "instead: a prompt of this recording (.cast)");
}
