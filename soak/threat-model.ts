/** Reads docs/threat-model.md: which tests it names for its mitigations, and the sign-off table that is made from how they went. */
import { join, normalize } from "node:path";
import { testedOf } from "./tested.ts";
import { readResult } from "./result.ts";

export const threatModelFile = join(import.meta.dir, "..", "docs", "threat-model.md");

const [begins, ends] = ["<!-- sign-off: begins -->", "<!-- sign-off: ends -->"];

/** Paths from the root, each once, in the order in which they stand there. */
export function linkedTests(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+\.test\.ts)\)/g)].map(([, path]) => path ?? "");
  return [...new Set(links.map((path) => normalize(join("docs", path))))];
}

export type Mitigation = { part: string; threat: string; tests: string[] };

/** Rows of the tables under "## STRIDE …": the part that they are about, the threat, and what shows that it is met. */
export function mitigationsIn(text: string): Mitigation[] {
  const found: Mitigation[] = [];
  let part: string | null = null;
  for (const line of text.split("\n")) {
    const heading = /^## (.*)$/.exec(line)?.[1];
    if (heading !== undefined) part = heading.startsWith("STRIDE") ? heading : null;
    const cells = line.split("|").map((cell) => cell.trim());
    if (part === null || !line.startsWith("|") || /^[-\s|]*$/.test(line)) continue;
    const [, threat = "", , tests = ""] = cells;
    if (threat !== "Threat") found.push({ part, threat, tests: linkedTests(tests) });
  }
  return found;
}

/** The same text, with the table made anew from the tests' last run. */
export function signedOff(text: string): string {
  const [from, to] = [text.indexOf(begins), text.indexOf(ends)];
  if (from < 0 || to < from) throw new Error(`docs/threat-model.md has no ${begins} … ${ends}`);
  return `${text.slice(0, from)}${begins}\n\n${signOffTable(text)}\n${text.slice(to)}`;
}

function signOffTable(text: string): string {
  const result = readResult("tests");
  const when = result === null ? "never" : `${result.at.slice(0, 10)}, ${result.machine.system}`;
  const rows = linkedTests(text).map((file) => {
    const tested = testedOf(file);
    if (tested === null) return `| \`${file}\` | not run | |`;
    const verdict = tested.failed === 0 && tested.passed > 0 ? "holds" : "FAILS";
    return `| \`${file}\` | ${verdict} | ${tested.passed} passed, ${tested.failed} failed |`;
  });
  return [
    "| Test | Verdict | Tests |",
    "| --- | --- | --- |",
    ...rows,
    "",
    `Last run: ${when}.`,
    "",
  ].join("\n");
}
