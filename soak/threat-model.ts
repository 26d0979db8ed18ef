/** Reads docs/threat-model.md: which tests it names for its mitigations, and the sign-off table that is made from how they went. */
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { markdownTable } from "../bench/report/markdown-table.ts";
import type { Tested } from "./tested.ts";

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

/** What the threat model as it lies here names. */
export function namedInThreatModel(): string[] {
  return linkedTests(readFileSync(threatModelFile, "utf8"));
}

/** How a file of tests went when it was last run; null where it never was. */
type TestedOf = (file: string) => Tested | null;

/** The same text, with the table made anew from the tests' last runs. */
export function signedOff(text: string, testedOf: TestedOf): string {
  const [from, to] = [text.indexOf(begins), text.indexOf(ends)];
  if (from < 0 || to < from) throw new Error(`docs/threat-model.md has no ${begins} … ${ends}`);
  return `${text.slice(0, from)}${begins}\n\n${signOff(text, testedOf)}\n${text.slice(to)}`;
}

function signOff(text: string, testedOf: TestedOf): string {
  const threats = mitigationsIn(text);
  const open = threats.filter(({ tests }) => !tests.every((file) => holds(testedOf(file))));
  const verdict = `${threats.length - open.length} of ${threats.length} threats are met by tests that hold.`;
  const rows = linkedTests(text).map((file) => rowOf(file, testedOf(file)));
  const named = open.map(
    ({ part, threat }) => `- open: ${part.replace("STRIDE of ", "")}, ${threat}`,
  );
  const table = markdownTable([["Test", "Verdict", "Tests", "Run"], ...rows]);
  return [verdict, "", ...named, ...(named.length > 0 ? [""] : []), ...table, ""].join("\n");
}

const holds = (tested: Tested | null): boolean =>
  tested !== null && tested.failed === 0 && tested.passed > 0;

function rowOf(file: string, tested: Tested | null): string[] {
  if (tested === null) return [`\`${file}\``, "not run", "", ""];
  const { passed, failed, skipped, at, commit = null, machine } = tested;
  const verdict = holds(tested) ? "holds" : "**FAILS**";
  const sums = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  const of = commit === null ? "" : ` at ${commit}`;
  return [`\`${file}\``, verdict, sums, `${at.slice(0, 10)}${of}, ${machine.system}`];
}
