/** Makes the project's own recordings again: `bun bench/record.ts [NAME…]`; without a name all whose packages are there. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { writeCase } from "../runtime/lab/case-files.ts";
import { scenarios } from "./recorder/scenarios.ts";
import type { Scenario } from "./recorder/scenario.ts";
import { take } from "./recorder/take.ts";

const folder = join(import.meta.dirname, "..", "runtime", "prompt", "recordings", "line");

function missing({ apt = [] }: Scenario): string[] {
  return apt.filter((name) => {
    const { exitCode, stdout } = Bun.spawnSync(["dpkg-query", "-Wf", "${Status}", name]);
    return exitCode !== 0 || !stdout.toString().includes("ok installed");
  });
}

async function record(scenario: Scenario): Promise<boolean> {
  const lacking = missing(scenario);
  if (lacking.length > 0) {
    console.log(`- ${scenario.name}: skipped; apt-get install ${lacking.join(" ")}`);
    return true;
  }
  try {
    const { size, events, expected } = await take(scenario);
    const path = join(folder, scenario.name);
    const head = { size, command: scenario.run, term: "xterm-256color" };
    writeCase(path, { head, events }, expected);
    const { size: bytes } = statSync(`${path}.cast`);
    console.log(`+ ${scenario.name}: ${expected.prompts.length} prompts, ${bytes} bytes`);
    return true;
  } catch (error) {
    console.log(`! ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const names = process.argv.slice(2);
const wanted = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
for (const name of names) {
  if (!scenarios.some((one) => one.name === name)) console.log(`! ${name}: no such scenario`);
}
let failed = 0;
for (const scenario of wanted) failed += (await record(scenario)) ? 0 : 1;
process.exit(failed === 0 && wanted.length >= names.length ? 0 : 1);
