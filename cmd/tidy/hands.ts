/** Checks on who may do what: one pen, one reader of the environment, no imports on the way. */
import {
  dotted,
  type File,
  type Finding,
  isCode,
  isTest,
  type Node,
  parse,
  walk,
} from "./source.ts";

const inProduct = (path: string): boolean =>
  /^(contracts|runtime|cloud|dashboard|cmd)\//.test(path) && isCode(path) && !isTest(path);

function findNodes(files: readonly File[], judge: (node: Node, path: string) => string | null) {
  const findings: Finding[] = [];
  for (const file of files) {
    const source = parse(file);
    for (const [node] of walk(source.root)) {
      const message = judge(node, file.path);
      if (message === null) continue;
      findings.push({ path: file.path, line: source.lineAt(node.start), message });
    }
  }
  return findings;
}

/** Names under which a terminal's input goes about; `write` on any of them moves the tool. */
const terminalName = /(^|\.)#?(\w*[pP]ty|\w*[tT]erminal|master)$/;
const pen = "runtime/inject/inject.ts";
/** The terminal's own implementations, the emulator, and programs of ours that play the person. */
const beneathThePen = /^(runtime\/(pty|screen)|cmd\/demo)\//;
const usePen = `only ${pen} writes to the terminal's input; send it the bytes through the session`;

function destructuresWrite(node: Node): boolean {
  if (node.type !== "VariableDeclarator" || !terminalName.test(dotted(node["init"]) ?? "")) {
    return false;
  }
  const pattern = node["id"];
  if (typeof pattern !== "object" || pattern === null || !("properties" in pattern)) return false;
  const { properties } = pattern;
  return Array.isArray(properties) && properties.some((one) => dotted(one?.key) === "write");
}

/** One function in the whole program types; whoever else holds a terminal may not even name its `write`. */
export function checkPen(files: readonly File[]): Finding[] {
  const others = files.filter(
    ({ path }) => inProduct(path) && path !== pen && !beneathThePen.test(path),
  );
  const findings = findNodes(others, (node) => {
    if (destructuresWrite(node)) return usePen;
    if (node.type !== "MemberExpression") return null;
    const name = dotted(node) ?? "";
    if (!name.endsWith(".write")) return null;
    return terminalName.test(name.slice(0, -".write".length)) ? usePen : null;
  });
  for (const file of others) {
    if (file.path.startsWith("runtime/session/") || !file.path.startsWith("runtime/")) continue;
    const source = parse(file);
    for (const { from, kind, start } of source.imports) {
      if (kind === "type" || !from.endsWith("inject/inject.ts")) continue;
      const message = "only the session holds the pen; send it an event instead";
      findings.push({ path: file.path, line: source.lineAt(start), message });
    }
  }
  return findings;
}

const environments = new Set(["process.env", "Bun.env", "import.meta.env"]);

/** Our own tools pass the environment on to the programs they start. */
const ownTools = /^cmd\/(setup\.mjs|check\/|tidy|mutate|build|demo)/;

export function checkEnvironment(files: readonly File[]): Finding[] {
  const readers = files.filter(
    ({ path }) => inProduct(path) && !/(^|\/)config\.ts$/.test(path) && !ownTools.test(path),
  );
  return findNodes(readers, (node) => {
    const name = isMetaEnv(node) ? "import.meta.env" : dotted(node);
    if (node.type === "ImportDeclaration" && importsProcess(node)) {
      return "the environment is read in config.ts only; take an Environment as a parameter";
    }
    if (node.type !== "MemberExpression" || name === null || !environments.has(name)) return null;
    return `${name} is read in config.ts only; take an Environment as a parameter`;
  });
}

function importsProcess(node: Node): boolean {
  const from = node["source"];
  if (typeof from !== "object" || from === null || !("value" in from)) return false;
  return from.value === "node:process" || from.value === "process";
}

function isMetaEnv(node: Node): boolean {
  if (node.type !== "MemberExpression" || dotted(node["property"]) !== "env") return false;
  const object = node["object"];
  return (
    typeof object === "object" &&
    object !== null &&
    "type" in object &&
    object.type === "MetaProperty"
  );
}

/** An import inside a function hides a direction; only commands and pages may, to start fast. */
export function checkLateImports(files: readonly File[]): Finding[] {
  const findings: Finding[] = [];
  for (const file of files.filter(
    ({ path }) => inProduct(path) && !/^(cmd|dashboard)\//.test(path),
  )) {
    const source = parse(file);
    for (const { kind, start } of source.imports) {
      if (kind !== "dynamic") continue;
      const message = "an import inside the code hides where it leads; import it at the top";
      findings.push({ path: file.path, line: source.lineAt(start), message });
    }
  }
  return findings;
}
