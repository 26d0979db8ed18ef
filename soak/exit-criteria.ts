/** `npm run exit-criteria`: for each criterion of a stable release its figure and where it came from; exits with 1 unless all are met. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resultOf } from "../bench/results.ts";
import { type Criterion, criteria, type Records } from "./criteria.ts";
import { readResult } from "./result.ts";
import { runTests, testedOf } from "./tested.ts";
import { signedOff, threatModelFile } from "./threat-model.ts";

const keys = criteria.map(({ key }) => key);
const usage = `usage: npm run exit-criteria [-- --measure [KEY…] [--missing] | --sign-off] [--json]

Prints what the last runs have left, with their commits, dates and machines; what no run has left is "not measured". Each
line names the command that measures it again.

--measure  builds, runs the tests of the criteria named (of all, without a name) and of those that the threat model names,
           where that is one of them, and writes the sign-off table of docs/threat-model.md from them. What is measured by
           a soak, a simulation or a bench has a command of its own.
--missing  leaves out tests that have passed in an earlier run
--sign-off writes that table from the last runs, without a new one.
--json     one JSON value

KEY        ${keys.join(", ")}
`;

const root = join(import.meta.dir, "..");
const records: Records = { result: readResult, bench: resultOf, tested: testedOf };

async function main(words: string[]): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  const options = { measure: flag, missing: flag, "sign-off": flag, json: flag, help: flag };
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const unknown = positionals.filter((key) => !keys.includes(key));
  if (values.help || unknown.length > 0 || (positionals.length > 0 && !values.measure)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (values.measure) {
    const asked = positionals.length === 0 ? keys : positionals;
    const chosen = criteria.filter(({ key }) => asked.includes(key));
    await measure(chosen, values.missing ? hasPassed : () => false);
  }
  if (values["sign-off"]) signOff();
  return report(values.json);
}

function report(isJson: boolean): number {
  const found = criteria.map((one) => ({ ...shown(one), ...one.find(records) }));
  const met = found.filter((one) => one.met === true).length;
  if (isJson) console.log(JSON.stringify(found, null, 2));
  else {
    for (const one of found) console.log(linesOf(one).join("\n"));
    console.log(`${met} of ${found.length} criteria are met`);
  }
  return met === found.length ? 0 : 1;
}

const shown = ({ key, name, command }: Criterion) => ({ key, name, command });

type Line = ReturnType<typeof shown> & ReturnType<Criterion["find"]>;

function linesOf({ name, met, figure, source, command }: Line): string[] {
  const mark = met === null ? "not measured" : met ? "met" : "NOT MET";
  const rest = [met === null ? source : `${figure}\n${source}`, command].join("\n").split("\n");
  return [`${mark.padEnd(13)} ${name}`, ...rest.map((line) => `${" ".repeat(14)}${line}`)];
}

function hasPassed(file: string): boolean {
  const tested = testedOf(file);
  return tested !== null && tested.failed === 0 && tested.passed > 0;
}

async function measure(
  chosen: readonly Criterion[],
  isLeftOut: (file: string) => boolean,
): Promise<void> {
  const named = new Set(chosen.flatMap(({ tests }) => tests));
  const files = [...named].filter((file) => !isLeftOut(file)).toSorted();
  for (const { name, command, tests } of chosen) {
    if (tests.length === 0) console.log(`${name}: by ${command}`);
  }
  if (files.length === 0) return;
  // The compiled programs are what most of them drive.
  const stdio = ["ignore", 2, 2] as const;
  const build = Bun.spawn([process.execPath, "cmd/build.ts"], { cwd: root, stdio: [...stdio] });
  if ((await build.exited) !== 0) throw new Error("the programs could not be built");
  for (const file of files) {
    await runTests([file], { root, say: (line) => console.log(line) });
    // At once: one of them looks whether the table is of the last runs.
    signOff();
  }
}

function signOff(): void {
  const text = readFileSync(threatModelFile, "utf8");
  writeFileSync(threatModelFile, signedOff(text, testedOf));
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`exit-criteria: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
