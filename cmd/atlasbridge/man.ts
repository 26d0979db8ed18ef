/** `atlasbridge man`: the manual page, made from the command tree itself. */
import type { Command, Option } from "commander";
import { exitCodes } from "../../contracts/errors.ts";
import { productVersion } from "../../contracts/version.ts";
import type { Register } from "./cli.ts";

const help = `
Examples:
  $ atlasbridge man | man -l -
  $ atlasbridge man > ~/.local/share/man/man1/atlasbridge.1
`;

/** Must be registered with all the others: it describes the commands that are there. */
export const registerMan: Register = (program, run) => {
  program
    .command("man")
    .description("print the manual page, for man and mandoc")
    .addHelpText("after", help)
    .action(
      run((cli) => {
        cli.raw(manualOf(program));
        return exitCodes.ok;
      }),
    );
};

/** As man(7) has it. */
export function manualOf(program: Command): string {
  const commands = program.commands.filter((one) => !isHidden(one)).flatMap(sections);
  return [
    `.TH ATLASBRIDGE 1 "" "AtlasBridge ${productVersion}" "User Commands"`,
    ".SH NAME",
    "atlasbridge \\- govern AI command-line tools by a local policy",
    ".SH SYNOPSIS",
    ".B atlasbridge",
    ".I command",
    ".RI [ options ]",
    ".SH DESCRIPTION",
    text(program.description()),
    ".SH COMMANDS",
    ...commands,
    ".SH EXIT STATUS",
    ...exits.flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning)]),
    ".SH ENVIRONMENT",
    ...variables.flatMap(([name, meaning]) => [".TP", `.B ${name}`, text(meaning)]),
    ".SH FILES",
    text("atlasbridge config path prints where the settings, the policy and the log lie."),
    ".SH SEE ALSO",
    text("atlasbridge COMMAND --help has examples for each command."),
    "",
  ].join("\n");
}

const exits = [
  ["0", "done"],
  ["1", "it failed"],
  ["2", "it was not said right"],
  ["3", "policy refused it"],
  ["4", "the log is not whole"],
  ["N", "run and attach end with the tool's own code, 128+n when signal n ended it"],
] as const;

const variables = [
  ["ATLASBRIDGE_HOME", "the folder for all state and settings, as --home"],
  ["ATLASBRIDGE_*", "settings, over those of config.yaml; see: atlasbridge config list"],
  ["ATLASBRIDGE_PLAIN", "1: words in lines for screen readers, as --plain"],
  ["NO_COLOR", "no colours, when set to anything"],
  [
    "LC_ALL, LC_CTYPE, LANG",
    "whether the terminal knows UTF-8; where they say another, text is ASCII",
  ],
] as const;

/** Internal, or the shell's business. */
const isHidden = (command: Command): boolean =>
  command.name() === "complete" || Reflect.get(command, "_hidden") === true;

/** Each command with something to run, under its whole name. */
function sections(command: Command): string[] {
  const shown = command.commands.filter((one) => !isHidden(one));
  if (shown.length > 0) return shown.flatMap(sections);
  const options = command.options.filter((one) => !one.hidden && !isEverywhere(one));
  return [
    `.SS ${escaped(`${nameOf(command)} ${command.usage()}`)}`,
    text(command.description()),
    ...options.flatMap(option),
  ];
}

/** Said once, of all of them. */
const isEverywhere = ({ long }: Option): boolean =>
  ["--home", "--json", "--plain"].includes(long ?? "");

function option(one: Option): string[] {
  const given = one.defaultValueDescription ?? one.defaultValue;
  const isTold = given !== undefined && given !== false && given !== true;
  const choices = one.argChoices === undefined ? "" : ` One of: ${one.argChoices.join(", ")}.`;
  const preset = isTold ? ` Default: ${String(given)}.` : "";
  return [".TP", `.B ${escaped(one.flags)}`, text(`${one.description}.${choices}${preset}`)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

const escaped = (words: string): string => words.replaceAll("\\", "\\e").replaceAll("-", "\\-");

/** A line that began with a dot or a quote would be an order. */
function text(words: string): string {
  return escaped(words.replaceAll(/\s+/g, " ").trim()).replace(/^[.']/, "\\&$&");
}
