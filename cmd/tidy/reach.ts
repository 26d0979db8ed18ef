/** Checks on what a file can reach through everything it imports: no network from the deciding parts, no effects from pure ones. */
import { dirname, join } from "node:path";
import {
  dotted,
  type File,
  type Finding,
  type Import,
  isCode,
  isTest,
  type Node,
  parse,
  walk,
} from "./source.ts";

/** What one file does that a check may object to: `what` names it, `line` says where. */
type Effect = { what: string; line: number };

export type Judge = {
  module(one: Import): string | null;
  node(node: Node, parent: Node | null): string | null;
};

/** Reviewed and found unable to open a connection or to touch the world on their own. */
const quietPackages = new Set([
  ...["zod", "canonicalize", "re2js", "yaml", "js-yaml", "unbash"],
  "structured-headers",
  ...["@xterm/headless", "@xterm/addon-unicode11"],
  // Of tests alone, which is for the build to see.
  "fast-check",
]);

/**
 * Modules of Node and Bun that cannot open a connection. Everything else is refused until judged.
 * Starting a program is what a session is for; what that program may do is policy's affair.
 */
const offlineModules = new Set([
  ...[
    "node:assert",
    "node:buffer",
    "node:child_process",
    "node:crypto",
    "node:events",
    "node:fs",
    "node:fs/promises",
  ],
  ...["node:os", "node:path", "node:stream", "node:string_decoder", "node:tty", "node:url"],
  ...["node:util", "bun:ffi", "bun:sqlite", "bun"],
]);

const networkGlobals = new Set(["fetch", "WebSocket", "EventSource", "XMLHttpRequest"]);
const networkOfBun =
  /^Bun\.(serve|connect|listen|udpSocket|dns|fetch|sql|SQL|redis|RedisClient|s3|S3Client)\b/;

function isReference(node: Node, parent: Node | null): boolean {
  if (node.type !== "Identifier") return false;
  if (parent?.type === "MemberExpression" && parent["property"] === node) {
    return parent["computed"] === true;
  }
  // Keys and types are names of the file's own.
  return (
    !/^(Property|TS\w+|MethodDefinition|PropertyDefinition)$/.test(parent?.type ?? "") ||
    (parent?.type === "Property" && parent["value"] === node)
  );
}

export const network: Judge = {
  module({ from }) {
    if (offlineModules.has(from) || quietPackages.has(from)) return null;
    return `imports ${from}, which can open a connection or has not been judged`;
  },
  node(node, parent) {
    const name = dotted(node);
    if (name === null) return null;
    if (networkOfBun.test(name)) return `uses ${name}`;
    return isReference(node, parent) && networkGlobals.has(name) ? `uses ${name}` : null;
  },
};

const pureModules = new Map<string, ReadonlySet<string> | "all">([
  ["node:path", "all"],
  ["node:buffer", "all"],
  ["node:crypto", new Set(["createHash", "createHmac", "timingSafeEqual"])],
  ["@xterm/headless", new Set<string>()],
  // Of its keys only those that are handed in.
  ["@noble/ed25519", new Set(["hashes", "verify"])],
  ["@noble/hashes/sha2.js", "all"],
]);
const pureOfBun = /^Bun\.(stringWidth|stripANSI|CryptoHasher|SHA256|hash|deepEquals)\b/;
const impureGlobals = new Set([
  ...["setTimeout", "setInterval", "setImmediate", "performance", "process", "crypto"],
  ...["fetch", "WebSocket", "console", "Bun"],
]);

/** What the shape of a node says: it waits, or it reads the clock. */
function impureShape(node: Node): string | null {
  if (node.type === "AwaitExpression") return "waits (await)";
  if (node.type === "ForOfStatement" && node["await"] === true) return "waits (for await)";
  return node["async"] === true ? "waits (async)" : clockOf(node);
}

/** What the names in a node say. */
function impureName(node: Node, parent: Node | null): string | null {
  const name = dotted(node);
  if (name === null) return null;
  if (name === "Math.random" || name === "Date.now") return `uses ${name}`;
  if (!isReference(node, parent) || !impureGlobals.has(name)) return null;
  const whole = (parent === null ? null : dotted(parent)) ?? name;
  return pureOfBun.test(whole) ? null : `uses ${whole}`;
}

const purity: Judge = {
  module({ from, names }) {
    const allowed = pureModules.get(from);
    if (allowed === "all" || quietPackages.has(from)) return null;
    if (allowed !== undefined && names.every((name) => allowed.has(name))) return null;
    return `imports ${from}`;
  },
  node: (node, parent) => impureShape(node) ?? impureName(node, parent),
};

/** `new Date()` reads the clock; `new Date(at)` only converts. */
function clockOf(node: Node): string | null {
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return null;
  if (dotted(node["callee"]) !== "Date") return null;
  const given = node["arguments"];
  const bare = Array.isArray(given) && given.length === 0;
  return bare || node.type === "CallExpression" ? "reads the clock with Date" : null;
}

export function effectsOf(file: File, judge: Judge): Effect[] {
  const source = parse(file);
  const effects: Effect[] = [];
  for (const one of source.imports) {
    if (one.kind === "type" || one.from.startsWith(".")) continue;
    const what = judge.module(one);
    if (what !== null) effects.push({ what, line: source.lineAt(one.start) });
  }
  for (const [node, parent] of walk(source.root)) {
    const what = judge.node(node, parent);
    if (what !== null) effects.push({ what, line: source.lineAt(node.start) });
  }
  return effects;
}

/**
 * Files that run when `start` is loaded, each with the chain of files leading to it. Types leave no trace. `late`:
 * with those that are loaded only when they are asked for.
 */
export function reached(
  start: string,
  files: ReadonlyMap<string, File>,
  late = true,
): Map<string, string[]> {
  const chains = new Map<string, string[]>([[start, [start]]]);
  for (const [path, chain] of chains) {
    const file = files.get(path);
    if (file === undefined || !isCode(path)) continue;
    for (const { from, kind } of parse(file).imports) {
      if (kind === "type" || !from.startsWith(".") || (kind === "dynamic" && !late)) continue;
      const next = join(dirname(path), from);
      if (!chains.has(next)) chains.set(next, [...chain, next]);
    }
  }
  return chains;
}

type Reach = {
  starts: RegExp;
  judge: Judge;
  lead: string;
  instead: string;
};

function describeReach(chain: readonly string[], effect: Effect, promised: Reach): Finding {
  const [path = "", ...way] = chain;
  const who = way.length === 0 ? "it" : `${way.join(" → ")}:${effect.line}`;
  const message = `${promised.lead}, but ${who} ${effect.what}; ${promised.instead}`;
  return { path, line: way.length === 0 ? effect.line : 1, message };
}

function checkReach(files: readonly File[], promised: Reach): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Map<string, Effect[]>();
  const effectsAt = (path: string): Effect[] => {
    const file = byPath.get(path);
    if (file === undefined || !isCode(path)) return [];
    const effects = known.get(path) ?? effectsOf(file, promised.judge);
    known.set(path, effects);
    return effects;
  };
  return files
    .filter(({ path }) => promised.starts.test(path) && isCode(path) && !isTest(path))
    .flatMap(({ path }) => [...reached(path, byPath)])
    .flatMap(([far, chain]) =>
      effectsAt(far)
        .slice(0, 1)
        .map((effect) => describeReach(chain, effect, promised)),
    );
}

/** Nothing in prompt, policy, inject, session, keychain can reach a module that opens a network connection. */
export function checkNoNetwork(files: readonly File[]): Finding[] {
  return checkReach(files, {
    starts: /^runtime\/(prompt|policy|inject|session|keychain)\//,
    judge: network,
    lead: "this part decides and types, so no network may be in its reach",
    instead: "take what it needs as a parameter, wired in cmd",
  });
}

/** The files that the architecture marks as pure. */
const pureFiles = new RegExp(
  `^(${[
    "contracts/[^/]+",
    "runtime/screen/(snapshot|settle)",
    "runtime/prompt/(detect|waiting|patterns|menu|fingerprint|tools/.+)",
    "runtime/policy/(command|match|decide|risk|explain|lint|coverage)",
    "runtime/inject/keystrokes",
    "runtime/trace/redact",
    "runtime/upload/outbox",
    "runtime/session/(state|step)",
  ].join("|")})\\.ts$`,
);

/** Pure files import nothing that waits, reads a clock, or touches a disk. */
export function checkPurity(files: readonly File[]): Finding[] {
  return checkReach(files, {
    starts: pureFiles,
    judge: purity,
    lead: "this file is pure",
    instead: "take the result as a parameter",
  });
}
