/** `npm run exit-criteria`: for each criterion of a stable release its figure and where it came from; exits with 1 unless all are met. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { criteria } from "./criteria.ts";
import { runTests } from "./tested.ts";
import { linkedTests, signedOff, threatModelFile } from "./threat-model.ts";

const usage = `usage: npm run exit-criteria [-- --measure | --json]

Prints what the last runs have left, with their dates and machines; what no run has left is "not measured".

--measure  runs the tests that criteria and the threat model name, and writes the sign-off table of
           docs/threat-model.md from them (npm run build first). The soak, the simulation and the benches are runs of
           their own.
--json     one JSON value
`;

const root = join(import.meta.dir, "..");

async function main(words: string[]): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  const options = { measure: flag, json: flag, help: flag };
  const { values } = parseArgs({ args: words, options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.measure) {
    const text = readFileSync(threatModelFile, "utf8");
    const named = criteria.flatMap(({ tests = [] }) => tests);
    const files = [...new Set([...linkedTests(text), ...named])].toSorted();
    await runTests(files, { root, say: (line) => console.log(line) });
    writeFileSync(threatModelFile, signedOff(text));
  }
  const found = criteria.map(({ name, find }) => ({ name, ...find() }));
  const met = found.filter((one) => one.met === true).length;
  if (values.json) console.log(JSON.stringify(found, null, 2));
  else {
    for (const { name, figure, source, met: isMet } of found) {
      const mark = isMet === null ? "not measured" : isMet ? "met" : "NOT MET";
      console.log(
        `${mark.padEnd(13)} ${name}\n${" ".repeat(14)}${figure}\n${" ".repeat(14)}${source}`,
      );
    }
    console.log(`${met} of ${found.length} criteria are met`);
  }
  return met === found.length ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
