/** Checks on tests and sizes: logic has a test beside it, suites have two users, functions do not grow. */
import { dirname, join } from "node:path";
import {
  dotted,
  type File,
  type Finding,
  isCode,
  isNode,
  isTest,
  type Node,
  parse,
  walk,
} from "./source.ts";

/** What could not be put right yet. Entries may only leave it: what is no longer true must be taken out. */
export type Ratchet = {
  /** Source files that have logic and no test beside them. */
  untested: readonly string[];
  /** `path#function` to its length in lines, for functions above the budget. */
  functions: Readonly<Record<string, number>>;
};

const functionTypes = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;
const functionLinesMax = 70;

function bodyOf(node: Node): Node | null {
  const body = node["body"];
  return functionTypes.test(node.type) && isNode(body) ? body : null;
}

/** Logic: some function does more than to name one value. Nouns, tables and promises have none. */
function hasLogic(file: File): boolean {
  for (const [node] of walk(parse(file).root)) {
    const body = bodyOf(node);
    if (body === null) continue;
    const statements = body["body"];
    if (body.type === "BlockStatement" && Array.isArray(statements) && statements.length > 1) {
      return true;
    }
  }
  return false;
}

const inTree = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

/** Files of ours that run when this one is loaded. */
function importedPaths(file: File): string[] {
  return parse(file)
    .imports.filter(({ from, kind }) => kind !== "type" && from.startsWith("."))
    .map(({ from }) => join(dirname(file.path), from));
}

/**
 * Files that some test of their own folder (or of a folder around it) reaches through files of that folder: what
 * is tested through the folder's entrance counts. A file `x.ts` belongs to the tests `x.*.test.ts` in any case,
 * since end-to-end tests import nothing.
 */
function testedFiles(files: readonly File[]): Set<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const tested = new Set<string>();
  for (const test of files.filter(({ path }) => isTest(path))) {
    const folder = dirname(test.path);
    const stem = test.path.replace(/(\.(fuzz|e2e))?\.(test|suite)\.tsx?$/, "");
    const seen = new Set([test.path, ...["ts", "tsx", "mjs"].map((ending) => `${stem}.${ending}`)]);
    // A set grows while it is walked: this follows imports until nothing new turns up.
    for (const path of seen) {
      const file = byPath.get(path);
      const next = file === undefined || !isCode(path) ? [] : importedPaths(file);
      for (const one of next.filter((target) => inTree(folder, target))) seen.add(one);
    }
    for (const path of seen) tested.add(path);
  }
  return tested;
}

/** Written by people, run by machines: tests cover the product and the tools, not benches or examples of themselves. */
const needsTest = (path: string): boolean =>
  /^(contracts|runtime|cloud|dashboard|cmd)\//.test(path) &&
  isCode(path) &&
  !isTest(path) &&
  !/(^|\/)(testing|examples)\.ts$|\/testing\/|\.example\.ts$|^cmd\/demo/.test(path);

export function checkTestsBeside(files: readonly File[], ratchet: Ratchet): Finding[] {
  const tested = testedFiles(files);
  const excused = new Set(ratchet.untested);
  const findings: Finding[] = [];
  for (const file of files) {
    const { path } = file;
    if (!needsTest(path)) continue;
    const lacking = !tested.has(path) && hasLogic(file);
    const expected = path.replace(/\.(tsx?|mjs)$/, ".test.ts");
    if (lacking && !excused.delete(path)) {
      const message = `logic that no test beside it reaches; write ${expected}, or test it through its folder's entrance`;
      findings.push({ path, line: 1, message });
    } else if (!lacking && excused.delete(path)) {
      const message = "has its test now; take it out of cmd/tidy/ratchet.json";
      findings.push({ path, line: 1, message });
    }
  }
  for (const path of excused) {
    const message = "is excused in cmd/tidy/ratchet.json but does not exist; take it out";
    findings.push({ path, line: 1, message });
  }
  return findings;
}

/** A suite with one user is a test; two implementations make it a promise. */
export function checkSuites(files: readonly File[]): Finding[] {
  const users = new Map<string, Set<string>>();
  for (const file of files.filter(({ path }) => path.endsWith(".test.ts"))) {
    for (const { from } of parse(file).imports) {
      const target = join(dirname(file.path), from);
      users.set(target, (users.get(target) ?? new Set()).add(file.path));
    }
  }
  return files
    .filter(({ path }) => path.endsWith(".suite.ts"))
    .map(({ path }) => ({ path, count: users.get(path)?.size ?? 0 }))
    .filter(({ count }) => count < 2)
    .map(({ path, count }) => ({
      path,
      line: 1,
      message: `the suite is run by ${count} test${count === 1 ? "" : "s"}; run it on two implementations, or make it a test`,
    }));
}

function nameOf(node: Node, parent: Node | null): string {
  return dotted(node["id"]) ?? dotted(parent?.["id"]) ?? dotted(parent?.["key"]) ?? "(unnamed)";
}

export function checkFunctionSizes(files: readonly File[], ratchet: Ratchet): Finding[] {
  const excused = new Map(Object.entries(ratchet.functions));
  const findings: Finding[] = [];
  for (const file of files.filter(({ path }) => isCode(path) && !isTest(path))) {
    const source = parse(file);
    for (const [node, parent] of walk(source.root)) {
      if (bodyOf(node) === null) continue;
      const line = source.lineAt(node.start);
      const size = source.lineAt(node.end) - line + 1;
      const name = nameOf(node, parent);
      const key = `${file.path}#${name}`;
      const before = excused.get(key);
      if (before === undefined && size <= functionLinesMax) continue;
      excused.delete(key);
      const message = judgeSize(size, before);
      if (message !== null) findings.push({ path: file.path, line, message: `${name} ${message}` });
    }
  }
  for (const key of excused.keys()) {
    const [path = ""] = key.split("#");
    const message = `${key} is excused in cmd/tidy/ratchet.json but is not there; take it out`;
    findings.push({ path, line: 1, message });
  }
  return findings;
}

function judgeSize(size: number, before: number | undefined): string | null {
  if (before === undefined) return `has ${size} lines, more than ${functionLinesMax}; split it`;
  if (size <= functionLinesMax) return "fits the budget now; take it out of cmd/tidy/ratchet.json";
  if (size > before) return `grew from ${before} to ${size} lines; it may only shrink`;
  if (size < before) return `shrank to ${size} lines; write that into cmd/tidy/ratchet.json`;
  return null;
}

/** The ratchet against its own past: nothing may be added to it. */
export function checkRatchet(now: Ratchet, past: Ratchet): Finding[] {
  const path = "cmd/tidy/ratchet.json";
  const added = [
    ...now.untested.filter((file) => !past.untested.includes(file)),
    ...Object.keys(now.functions).filter((key) => past.functions[key] === undefined),
  ];
  return added.map((what) => ({
    path,
    line: 1,
    message: `${what} was added; the list may only shrink, so put the thing itself right`,
  }));
}
