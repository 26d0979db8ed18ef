/** A file as the checks see it, and what a check says about it. */
import { type EcmaScriptModule, parseSync } from "oxc-parser";

export type File = { path: string; text: string };

export type Finding = {
  path: string;
  /** From 1. */
  line: number;
  /** What is wrong; what to do instead. */
  message: string;
};

/** `path:line: what is wrong; do this instead` */
export function findingLine({ path, line, message }: Finding): string {
  return `${path}:${line}: ${message}`;
}

/** One node of the syntax tree (ESTree with TypeScript): its type and place; the rest is looked at with care. */
export type Node = { type: string; start: number; end: number } & Record<string, unknown>;

export function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}

export type Import = {
  /** As written: `../pty/pty.ts`, `node:fs`, `zod`. */
  from: string;
  /** Names taken; `*` for a namespace, a default or a side effect. */
  names: string[];
  /** `type` leaves no trace in the running program. */
  kind: "value" | "type" | "dynamic";
  start: number;
};

export type Source = File & {
  root: Node;
  imports: Import[];
  lineAt(offset: number): number;
};

export const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path);
export const isTest = (path: string): boolean => /\.(test|suite)\.tsx?$/.test(path);

const parsed = new WeakMap<File, Source>();

/** Parses a TypeScript file once. A file that does not parse has no imports and an empty tree: `tsc` says why. */
export function parse(file: File): Source {
  const before = parsed.get(file);
  if (before !== undefined) return before;
  const source = parseFresh(file);
  parsed.set(file, source);
  return source;
}

function importsOf(text: string, module: EcmaScriptModule): Import[] {
  const taken = module.staticImports.map(({ entries, moduleRequest, start }): Import => {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    return {
      from: moduleRequest.value,
      names: entries.map((entry) => entry.importName.name ?? "*"),
      kind: typeOnly ? "type" : "value",
      start,
    };
  });
  const passedOn = module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest, importName, isType }): Import[] => {
      if (!moduleRequest) return [];
      const names = [importName.name ?? "*"];
      return [{ from: moduleRequest.value, names, kind: isType ? "type" : "value", start }];
    }),
  );
  const late = module.dynamicImports.map(({ moduleRequest, start }): Import => {
    const written = text.slice(moduleRequest.start, moduleRequest.end);
    const from = /^["'`]([^"'`$]*)["'`]$/.exec(written)?.[1] ?? written;
    return { from, names: ["*"], kind: "dynamic", start };
  });
  return [...taken, ...passedOn, ...late];
}

function parseFresh(file: File): Source {
  const { program, module } = parseSync(file.path, file.text);
  const root: unknown = program;
  if (!isNode(root)) throw new Error(`${file.path}: the parser gave no tree`);
  return {
    ...file,
    root,
    imports: importsOf(file.text, module),
    lineAt: (offset) => lineAt(file.text, offset),
  };
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}

/** Every node below `root`, parents first, with its parent. */
export function* walk(root: Node, parent: Node | null = null): Generator<[Node, Node | null]> {
  yield [root, parent];
  for (const value of Object.values(root)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child, root);
    }
  }
}

/** `process.env` for a member expression of plain names, `this.#pty` included; null for anything else. */
export function dotted(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "PrivateIdentifier") return `#${String(node["name"])}`;
  if (node.type === "ThisExpression") return "this";
  if (node.type === "ChainExpression") return dotted(node["expression"]);
  if (node.type !== "MemberExpression") return null;
  const object = dotted(node["object"]);
  const property = node["property"];
  if (object === null || !isNode(property)) return null;
  if (node["computed"] !== true) return `${object}.${dotted(property) ?? "?"}`;
  return property.type === "Literal" ? `${object}.${String(property["value"])}` : null;
}
