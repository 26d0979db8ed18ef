/** Proof that every lint rule we rely on bites: each is broken once on purpose in a copy of the tree. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

type Planted = {
  /** What must not go unnoticed. */
  guarantee: string;
  file: string;
  text: string;
  rule: string;
  /** Part of the message or of its advice. */
  says: string;
};

const value = (from: string) => `import { thing } from "${from}";\nexport const mine = thing;\n`;
const typeOnly = (from: string) =>
  `import type { Thing } from "${from}";\nexport type Mine = Thing;\n`;
const direction = "eslint(no-restricted-imports)";

const directions: Planted[] = [
  ["contracts reach no Bun module", "contracts/a1.ts", value("bun:sqlite"), "no Bun, Node or DOM"],
  ["contracts reach no Node module", "contracts/a2.ts", value("node:fs"), "no Bun, Node or DOM"],
  ["contracts reach no unlisted package", "contracts/a3.ts", value("hono"), "small pure libraries"],
  ["contracts know no runtime type", "contracts/a4.ts", typeOnly("../runtime/pty/pty.ts"), "pure"],
  [
    "runtime knows no cloud type",
    "runtime/pty/b1.ts",
    typeOnly("../../cloud/b.ts"),
    "not even a type",
  ],
  [
    "runtime's root knows no cloud type",
    "runtime/b2.ts",
    typeOnly("../cloud/b.ts"),
    "not even a type",
  ],
  [
    "runtime's tests know no cloud",
    "runtime/b3.test.ts",
    value("../cloud/b.ts"),
    "not even a type",
  ],
  [
    "the session knows no cloud type",
    "runtime/session/b4.ts",
    typeOnly("../../cloud/b.ts"),
    "cloud",
  ],
  ["a re-export counts too", "runtime/b5.ts", `export { thing } from "../cloud/b.ts";\n`, "cloud"],
  [
    "cloud knows no runtime type",
    "cloud/c1.ts",
    typeOnly("../runtime/clock.ts"),
    "not even a type",
  ],
  ["a dashboard page knows no router", "dashboard/d1.ts", typeOnly("../cloud/b.ts"), "routers.ts"],
  [
    "the dashboard takes no router value",
    "dashboard/routers.ts",
    value("../cloud/b.ts"),
    "no values",
  ],
  ["prompt takes no value of pty", "runtime/prompt/e1.ts", value("../pty/pty.ts"), "no values"],
  [
    "a tool's folder takes none either",
    "runtime/prompt/tools/e2.ts",
    value("../../pty/pty.ts"),
    "no values",
  ],
  ["screen knows no prompt type", "runtime/screen/e3.ts", typeOnly("../prompt/e.ts"), "after it"],
  ["policy knows no trace type", "runtime/policy/e4.ts", typeOnly("../trace/store.ts"), "after it"],
  ["inject knows no session type", "runtime/inject/e5.ts", typeOnly("../session/e.ts"), "after it"],
  ["the trace knows no upload type", "runtime/trace/e6.ts", typeOnly("../upload/e.ts"), "after it"],
  ["pty knows no screen type", "runtime/pty/e7.ts", typeOnly("../screen/snapshot.ts"), "after it"],
  [
    "upload takes no value of trace",
    "runtime/upload/e8.ts",
    value("../trace/store.ts"),
    "no values",
  ],
  [
    "the clock takes nothing of a stage",
    "runtime/e9.ts",
    value("./pty/pty.ts"),
    "serve every stage",
  ],
  [
    "the session takes no value of upload",
    "runtime/session/f1.ts",
    value("../upload/e.ts"),
    "connections",
  ],
  [
    "commands import no bench",
    "cmd/atlasbridge/f2.ts",
    typeOnly("../../bench/b.ts"),
    "nothing imports",
  ],
].map(([guarantee = "", file = "", text = "", says = ""]) => ({
  guarantee,
  file,
  text,
  rule: direction,
  says,
}));

const effect =
  (rule: string) =>
  (file: string, text: string, says: string): Planted => ({
    guarantee: `${file}: \`${text}\` is seen`,
    file,
    text: `export const made = () => ${text};\n`,
    rule,
    says,
  });
const global = effect("eslint(no-restricted-globals)");
const property = effect("eslint(no-restricted-properties)");

const effects: Planted[] = [
  global("runtime/g1.ts", "Date.now()", "take a Clock"),
  global("runtime/policy/g2.ts", "new Date()", "take a Clock"),
  global("runtime/session/g3.ts", "setTimeout(() => {}, 1)", "take a Clock"),
  global("runtime/session/g4.ts", "setInterval(() => {}, 1)", "take a Clock"),
  global("runtime/prompt/g5.ts", "performance.now()", "take a Clock"),
  property("runtime/prompt/g6.ts", "Math.random()", "take a Random"),
  global("runtime/prompt/g7.ts", "crypto.randomUUID()", "take a Random"),
  property("runtime/prompt/g8.ts", "Bun.randomUUIDv7()", "take a Random"),
  property("runtime/trace/g9.ts", "process.env", "take an Environment"),
  property("cmd/atlasbridge/h1.ts", "Bun.env", "take an Environment"),
  property("cmd/atlasbridge/h2.ts", "Bun.sleep(1)", "take a Clock"),
  global("cloud/h3.ts", "Date.now()", "take a Clock"),
  global("contracts/h4.ts", "Bun.version", "in a browser"),
  global("contracts/h5.ts", "process.pid", "in a browser"),
  global("contracts/h6.ts", "document", "in a browser"),
  property("contracts/moment.ts", "Date.now()", "take a Clock"),
  global("runtime/random.ts", "Date.now()", "take a Clock"),
  property("runtime/clock.ts", "process.env", "take an Environment"),
  property("runtime/config.ts", "Math.random()", "take a Random"),
  {
    guarantee: "random bytes from the system are seen outside random.ts",
    file: "runtime/trace/h7.ts",
    text: `import { randomBytes } from "node:crypto";\nexport const salt = () => randomBytes(16);\n`,
    rule: direction,
    says: "take a Random",
  },
  {
    guarantee: "timers from a Node module are seen",
    file: "runtime/session/h8.ts",
    text: `import { setTimeout } from "node:timers/promises";\nexport const wait = setTimeout;\n`,
    rule: direction,
    says: "take a Clock",
  },
];

const lines = (count: number, line: string) => `${line}\n`.repeat(count);

const shapes: Planted[] = [
  ["a file of 401 lines", "max-lines", lines(400, "// a line") + "export const a = 1;\n", "400"],
  [
    "a function of 71 lines",
    "max-lines-per-function",
    `export function long() {\n${lines(69, "  // a line")}}\n`,
    "70",
  ],
  [
    "a fourth positional parameter",
    "max-params",
    "export const f = (a: number, b: number, c: number, d: number) => a + b + c + d;\n",
    "3",
  ],
  [
    "a fourth level of nesting",
    "max-depth",
    "export function f(a: number) { if (a > 1) { if (a > 2) { if (a > 3) { if (a > 4) { return a; } } } } return 0; }\n",
    "3",
  ],
  [
    "a thirteenth path",
    "complexity",
    `export const f = (a: number) => ${lines(12, "a === 1 ||").replaceAll("\n", " ")} a === 2;\n`,
    "12",
  ],
  ["a loose comparison", "eqeqeq", "export const f = (a: unknown, b: unknown) => a == b;\n", "==="],
  ["a console", "no-console", "export const f = () => console.log(1);\n", "console"],
  ["an empty catch", "no-empty", "export function f() { try { f(); } catch {} }\n", "empty"],
].map(([guarantee = "", rule = "", text = "", says = ""]) => ({
  guarantee: `${guarantee} is seen`,
  file: `cmd/shape-${rule}.ts`,
  text,
  rule: `eslint(${rule})`,
  says,
}));

const types: Planted[] = [
  ["any", "typescript(no-explicit-any)", "export const f = (a: any) => typeof a;\n", "any"],
  [
    "a non-null assertion",
    "typescript(no-non-null-assertion)",
    "export const f = (a?: { b: 1 }) => a!.b;\n",
    "",
  ],
  [
    "a floating promise",
    "typescript(no-floating-promises)",
    "async function g() {}\nexport function f() { g(); }\n",
    "",
  ],
  [
    "a promise as a condition",
    "typescript(no-misused-promises)",
    "async function g() {}\nexport const f = () => (g() ? 1 : 2);\n",
    "",
  ],
  ["a thrown string", "typescript(only-throw-error)", "export function f() { throw 'no'; }\n", ""],
  [
    "a missing case",
    "typescript(switch-exhaustiveness-check)",
    "export function f(a: 'x' | 'y') { switch (a) { case 'x': return 1; } return 2; }\n",
    '"y"',
  ],
  [
    "a type imported as a value",
    "typescript(consistent-type-imports)",
    'import { Thing } from "./b.ts";\nexport type Mine = Thing;\n',
    "",
  ],
  ["a default export", "import(no-default-export)", "export default 1;\n", ""],
  ["a barrel", "oxc(no-barrel-file)", 'export * from "./b.ts";\n', ""],
].map(([guarantee = "", rule = "", text = "", says = ""], index) => ({
  guarantee: `${guarantee} is seen`,
  file: `cmd/type-${index}.ts`,
  text,
  rule,
  says,
}));

const cycles: Planted[] = ["value", "type"].map((kind) => ({
  guarantee: `a cycle through a ${kind} is seen`,
  file: `cmd/cycle-${kind}.ts`,
  text: `${kind === "value" ? value(`./cycle-${kind}-b.ts`) : typeOnly(`./cycle-${kind}-b.ts`)}export const thing = 1;\nexport type Thing = 1;\n`,
  rule: "import(no-cycle)",
  says: "cycle",
}));

/** What must stay allowed: a rule that forbids everything would pass the tests above. */
const allowed: Record<string, string> = {
  "cmd/cycle-value-b.ts": "",
  "cmd/cycle-type-b.ts": "",
  "contracts/ok.ts": `import * as z from "zod";\nimport { thing } from "./b.ts";\nexport const ok = [z, thing];\n`,
  "contracts/ok.test.ts": `import { createHash } from "node:crypto";\nexport const ok = createHash;\n`,
  "runtime/prompt/ok.ts": `${typeOnly("../pty/pty.ts")}export type { Thing as S } from "../screen/snapshot.ts";\n`,
  "runtime/prompt/ok2.ts": `import { thing } from "../../contracts/b.ts";\nimport { other } from "./b.ts";\nexport const ok = [thing, other];\n`,
  "runtime/session/ok.ts": value("../inject/b.ts"),
  "runtime/upload/ok.ts": `import { thing } from "./cloud.ts";\nexport const ok = thing;\n`,
  "runtime/prompt/ok.test.ts": value("../pty/pty.ts"),
  "cmd/atlasbridge/ok.ts": value("../../runtime/pty/pty.ts"),
  "cmd/ok.test.ts": "export const ok = () => [Date.now(), Math.random()];\n",
};

const support = "export const thing = 1;\nexport type Thing = 1;\nexport const other = 2;\n";
const supportFiles = [
  ...["cloud/b.ts", "cmd/b.ts", "contracts/b.ts", "runtime/prompt/b.ts", "runtime/inject/b.ts"],
  ...["runtime/pty/pty.ts", "runtime/screen/snapshot.ts", "runtime/trace/store.ts"],
  ...["runtime/upload/cloud.ts", "runtime/upload/e.ts", "runtime/session/e.ts", "bench/b.ts"],
  "runtime/prompt/e.ts",
];

type Found = { file: string; rule: string; text: string };
let found: Found[] = [];
let root = "";
const planted = [...directions, ...effects, ...shapes, ...types, ...cycles];

type Report = {
  diagnostics: { code?: string; message: string; help?: string; filename: string }[];
};

function lint(): Found[] {
  const house = join(import.meta.dir, "..");
  // Folders by name: left to itself it would follow the link to node_modules and read all of it.
  const folders = ["cmd", "contracts", "runtime", "cloud", "dashboard", "bench"];
  const options = ["-c", "oxlint.config.mjs", "--type-aware", "-f", "json", ...folders];
  const run = Bun.spawnSync([join(house, "node_modules/.bin/oxlint"), ...options], { cwd: root });
  const report: Report = JSON.parse(run.stdout.toString());
  return report.diagnostics.map((one) => ({
    file: one.filename,
    rule: one.code ?? "",
    text: `${one.message} ${one.help ?? ""}`,
  }));
}

beforeAll(() => {
  const house = join(import.meta.dir, "..");
  root = mkdtempSync(join(tmpdir(), "atlasbridge-lint-"));
  for (const file of ["oxlint.config.mjs", "tsconfig.json", "package.json"]) {
    cpSync(join(house, file), join(root, file));
  }
  symlinkSync(join(house, "node_modules"), join(root, "node_modules"));
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  for (const file of supportFiles) put(file, support);
  for (const { file, text } of planted) put(file, text);
  for (const [file, text] of Object.entries(allowed)) put(file, text);
  put("cmd/cycle-value-b.ts", `${value("./cycle-value.ts")}export const thing = 2;\n`);
  put("cmd/cycle-type-b.ts", `${typeOnly("./cycle-type.ts")}export type Thing = 2;\n`);
  found = lint();
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("planted violations", () => {
  test("no two are planted in the same file", () => {
    expect(new Set(planted.map(({ file }) => file)).size).toBe(planted.length);
  });

  for (const { guarantee, file, rule, says } of planted) {
    test(guarantee, () => {
      const here = found.filter((one) => one.file === file && one.rule === rule);
      expect(here.map((one) => one.text).join("\n")).toContain(says);
      expect(here.length).toBeGreaterThan(0);
    });
  }
});

describe("what is allowed", () => {
  for (const file of [...Object.keys(allowed), ...supportFiles]) {
    if (file.startsWith("cmd/cycle")) continue;
    test(`${file} is left in peace`, () => {
      expect(found.filter((one) => one.file === file)).toEqual([]);
    });
  }
});
