/** Proof that each check of `tidy` speaks, word for word, and that it stays silent about what is right. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readTree, tidy } from "./tidy.ts";
import { checkEnvironment, checkLateImports, checkPen } from "./tidy/hands.ts";
import { checkPlaces } from "./tidy/places.ts";
import { checkFunctionSizes, checkRatchet, checkSuites, checkTestsBeside } from "./tidy/proofs.ts";
import { checkNoNetwork, checkPurity } from "./tidy/reach.ts";
import { type File, type Finding, findingLine } from "./tidy/source.ts";
import { checkMachineTraces, checkOpenings, checkPlanWords, checkTitles } from "./tidy/words.ts";

type Tree = Record<string, string>;

function said(check: (files: File[]) => Finding[], tree: Tree): string[] {
  return check(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(findingLine);
}

const none = { untested: [], functions: {} };

describe("places", () => {
  test("a ninth folder is refused", () => {
    expect(said(checkPlaces, { "lib/a.ts": "", "cmd/a.ts": "", "docs/a.md": "" })).toEqual([
      "lib/a.ts:1: lib/ is not one of the eight folders (cmd runtime cloud dashboard contracts pacts bench soak); move the file into one of them",
    ]);
  });

  test("an unknown file at the root is refused", () => {
    expect(said(checkPlaces, { "notes.md": "", "README.md": "" })).toEqual([
      "notes.md:1: notes.md is not one of the agreed files at the root; move it into a folder, or agree on it in cmd/tidy/places.ts",
    ]);
  });

  test("an unknown kind of file is refused, except in recordings", () => {
    const tree = { "cmd/a.rs": "", "runtime/prompt/recordings/vim/a.raw": "", ".ci/run": "" };
    expect(said(checkPlaces, tree)).toEqual([
      "cmd/a.rs:1: .rs is not an agreed kind of file; use one of the agreed ones, or agree on it in cmd/tidy/places.ts",
    ]);
  });

  test("names that say nothing are refused, for folders and files", () => {
    const tree = { "runtime/utils/a.ts": "", "cmd/session-manager.ts": "", "cmd/commons.ts": "" };
    expect(said(checkPlaces, tree)).toEqual([
      'runtime/utils/a.ts:1: "utils" says nothing about what is inside; name it after the step of the story or the thing it adapts',
      'cmd/session-manager.ts:1: "manager" says nothing about what is inside; name it after the step of the story or the thing it adapts',
    ]);
  });
});

describe("words", () => {
  test("a file opens with one sentence", () => {
    const tree = {
      "cmd/good.ts": "/** It is good. */\n",
      "cmd/long.ts": "/**\n * It is good\n * on two lines.\n */\n",
      "cmd/script.mjs": "#!/usr/bin/env node\n/** It is good. */\n",
      "cmd/none.ts": "const a = 1;\n/** Late. */\n",
      "cmd/line.ts": "// A line.\n",
      "cmd/label.ts": "/** Label */\n",
    };
    expect(said(checkOpenings, tree)).toEqual([
      "cmd/none.ts:1: the file does not say what it is for; open it with one /** sentence. */",
      "cmd/line.ts:1: the file does not say what it is for; open it with one /** sentence. */",
      "cmd/label.ts:1: the opening comment is not a sentence; end it with a full stop",
    ]);
  });

  test("plan words are refused in code and comments, not inside strings", () => {
    const tree = {
      "cmd/path.ts": "// What `POST /v1/traces` takes.\n",
      "cmd/a.ts": 'const url = "/v1/traces";\n// TODO later\nconst phase = `v1 ${url}`;\n',
      "cmd/b.ts": "const word = /TODO/; const phrase = word;\n",
    };
    expect(said(checkPlanWords, tree)).toEqual([
      'cmd/a.ts:2: "TODO" speaks of a plan; say what is true now, or open an issue',
      'cmd/a.ts:3: "phase" speaks of a plan; say what is true now, or open an issue',
    ]);
  });

  test("a document has one title, and a comment in a code block is none", () => {
    const tree = {
      "docs/a.md": "# One\n\n```\n# not a title\n```\n\n# Two\n",
      "docs/b.md": "words\n",
      "docs/c.md": "# One\n## below\n",
    };
    expect(said(checkTitles, tree)).toEqual([
      "docs/a.md:7: a second title; one document has one, use `##` below it",
      "docs/b.md:1: the document has no title; open it with one `# title`",
    ]);
  });

  test("paths and hosts of one machine are refused", () => {
    const path = ["", "work", "main"].join("/");
    const host = ["registry", "example", "org"].join(".");
    const tree = {
      "cmd/a.ts": `/** A. */\nconst at = "${path}/cmd";\n`,
      "package-lock.json": `{\n"resolved": "https://${host}/a.tgz"\n}`,
      ".npmrc": `registry=https://${host}\nomit-lockfile-registry-resolved=true\n`,
      "docs/b.md": `see ${host}\n`,
      "runtime/policy/c.ts": '/** C. */\nconst cwd = "/work/project/main";\n',
    };
    const advice = "is true on one machine only; leave it out, or take it from the environment";
    expect(said(checkMachineTraces, tree)).toEqual([
      `cmd/a.ts:2: ${path} ${advice}`,
      `package-lock.json:2: https://${host}/a.tgz ${advice}`,
      `.npmrc:1: https://${host} ${advice}`,
      `docs/b.md:1: ${host} ${advice}`,
    ]);
  });
});

describe("hands", () => {
  const only =
    "only runtime/inject/inject.ts writes to the terminal's input; send it the bytes through the session";

  test("only the pen writes to the terminal, by whatever name it is reached", () => {
    const tree = {
      "runtime/inject/inject.ts": "pty.write(bytes);\n",
      "runtime/pty/native.ts": "this.led.terminal.write(bytes);\n",
      "runtime/session/a.ts": "pty.write(bytes);\n",
      "runtime/session/b.ts": "\nthis.#pty?.write(bytes);\n",
      "runtime/session/c.ts": "const send = session.pty.write.bind(session.pty);\n",
      "runtime/session/d.ts": "const { write } = pty;\n",
      "runtime/session/e.ts": 'pty["write"](bytes);\n',
      "cmd/atlasbridge/f.ts": "const childPty = start(); childPty.write(bytes);\n",
      "runtime/session/g.ts": "this.#pen?.write(bytes); process.stdout.write(text);\n",
      "runtime/session/h.test.ts": "pty.write(bytes);\n",
    };
    expect(said(checkPen, tree)).toEqual([
      `runtime/session/a.ts:1: ${only}`,
      `runtime/session/b.ts:2: ${only}`,
      `runtime/session/c.ts:1: ${only}`,
      `runtime/session/d.ts:1: ${only}`,
      `runtime/session/e.ts:1: ${only}`,
      `cmd/atlasbridge/f.ts:1: ${only}`,
    ]);
  });

  test("only the session holds the pen", () => {
    const take = 'import { openPen } from "../inject/inject.ts";\n';
    const tree = {
      "runtime/session/session.ts": take,
      "runtime/operator/socket.ts": take,
      "runtime/operator/types.ts": take.replace("import", "import type"),
    };
    expect(said(checkPen, tree)).toEqual([
      "runtime/operator/socket.ts:1: only the session holds the pen; send it an event instead",
    ]);
  });

  test("only config.ts reads the environment", () => {
    const tree = {
      "runtime/config.ts": "process.env.HOME;\n",
      "runtime/a.ts": "\nprocess.env.HOME;\n",
      "cmd/atlasbridge/b.ts": 'const home = Bun.env["HOME"];\n',
      "runtime/c.ts": "import.meta.env;\n",
      "runtime/d.ts": 'import { env } from "node:process";\n',
      "runtime/e.test.ts": "process.env.HOME;\n",
      "runtime/f.ts": 'const text = "process.env";\n',
    };
    const advice = "is read in config.ts only; take an Environment as a parameter";
    expect(said(checkEnvironment, tree)).toEqual([
      `runtime/a.ts:2: process.env ${advice}`,
      `cmd/atlasbridge/b.ts:1: Bun.env ${advice}`,
      `runtime/c.ts:1: import.meta.env ${advice}`,
      `runtime/d.ts:1: the environment ${advice}`,
    ]);
  });

  test("an import inside the code is refused outside commands", () => {
    const late = 'const load = () => import("./b.ts");\n';
    expect(said(checkLateImports, { "runtime/a.ts": late, "cmd/a.ts": late })).toEqual([
      "runtime/a.ts:1: an import inside the code hides where it leads; import it at the top",
    ]);
  });
});

describe("reach", () => {
  const lead = "this part decides and types, so no network may be in its reach";
  const instead = "take what it needs as a parameter, wired in cmd";

  test("a network module three imports away is found, with the way to it", () => {
    const tree = {
      "runtime/policy/decide.ts": 'import { a } from "../../contracts/a.ts";\n',
      "contracts/a.ts": 'export { b as a } from "./b.ts";\n',
      "contracts/b.ts": '\n\nimport { request } from "node:http";\nexport const b = request;\n',
    };
    expect(said(checkNoNetwork, tree)).toEqual([
      `runtime/policy/decide.ts:1: ${lead}, but contracts/a.ts → contracts/b.ts:3 imports node:http, which can open a connection or has not been judged; ${instead}`,
    ]);
  });

  test("a type leads nowhere, an import inside a function does", () => {
    const tree = {
      "runtime/inject/a.ts":
        'import type { N } from "../net.ts";\nimport { type M } from "../net.ts";\n',
      "runtime/inject/b.ts": 'export const f = () => import("../net.ts");\n',
      "runtime/net.ts": 'import net from "node:net";\nexport type N = typeof net;\n',
    };
    expect(said(checkNoNetwork, tree)).toEqual([
      `runtime/inject/b.ts:1: ${lead}, but runtime/net.ts:1 imports node:net, which can open a connection or has not been judged; ${instead}`,
    ]);
  });

  test("globals that connect are found, and a package nobody judged", () => {
    const tree = {
      "runtime/session/a.ts": 'export const f = () => fetch("x");\n',
      "runtime/session/b.ts": "new WebSocket(url);\n",
      "runtime/prompt/c.ts": "Bun.connect({});\n",
      "runtime/prompt/d.ts": 'import { Hono } from "hono";\n',
      "runtime/prompt/e.ts": "const fetched = store.fetch(); type T = { fetch(): void };\n",
      "runtime/operator/f.ts": "Bun.serve({});\n",
    };
    expect(said(checkNoNetwork, tree)).toEqual([
      `runtime/session/a.ts:1: ${lead}, but it uses fetch; ${instead}`,
      `runtime/session/b.ts:1: ${lead}, but it uses WebSocket; ${instead}`,
      `runtime/prompt/c.ts:1: ${lead}, but it uses Bun.connect; ${instead}`,
      `runtime/prompt/d.ts:1: ${lead}, but it imports hono, which can open a connection or has not been judged; ${instead}`,
    ]);
  });

  test("a pure file may not wait, read a clock, roll dice or touch a disk", () => {
    const pure = (name: string, text: string) => ({ [`runtime/policy/${name}.ts`]: text });
    const tree = {
      ...pure("decide", "export const f = async () => 1;\n"),
      ...pure("match", "\nDate.now();\n"),
      ...pure("risk", "new Date();\n"),
      ...pure("explain", "Math.random();\n"),
      ...pure("lint", 'import { readFileSync } from "node:fs";\n'),
      ...pure("command", "process.pid;\n"),
      ...pure("coverage", 'import { randomBytes } from "node:crypto";\n'),
      "runtime/session/step.ts": "Bun.sleepSync(1);\n",
      "runtime/session/state.ts": 'import { at } from "./far.ts";\n',
      "runtime/session/far.ts": "export const at = performance.now();\n",
    };
    const line = (path: string, what: string) =>
      `${path}: this file is pure, but ${what}; take the result as a parameter`;
    expect(said(checkPurity, tree)).toEqual([
      line("runtime/policy/decide.ts:1", "it waits (async)"),
      line("runtime/policy/match.ts:2", "it uses Date.now"),
      line("runtime/policy/risk.ts:1", "it reads the clock with Date"),
      line("runtime/policy/explain.ts:1", "it uses Math.random"),
      line("runtime/policy/lint.ts:1", "it imports node:fs"),
      line("runtime/policy/command.ts:1", "it uses process.pid"),
      line("runtime/policy/coverage.ts:1", "it imports node:crypto"),
      line("runtime/session/step.ts:1", "it uses Bun.sleepSync"),
      line("runtime/session/state.ts:1", "runtime/session/far.ts:1 uses performance.now"),
    ]);
  });

  test("a pure file may read structured fields", () => {
    const tree = { "contracts/a.ts": 'import { parseDictionary } from "structured-headers";\n' };
    expect(said(checkPurity, tree)).toEqual([]);
  });

  test("a pure file may hash, measure text and convert a given moment", () => {
    const tree = {
      "runtime/prompt/fingerprint.ts":
        'import { createHash } from "node:crypto";\nexport const f = () => createHash("sha256");\n',
      "runtime/prompt/menu.ts": "export const width = (t: string) => Bun.stringWidth(t);\n",
      "contracts/moment.ts": "export const iso = (at: number) => new Date(at).toISOString();\n",
    };
    expect(said(checkPurity, tree)).toEqual([]);
  });
});

describe("proofs", () => {
  const logic = "export function f(a: number) {\n  const b = a + 1;\n  return b;\n}\n";
  const beside = (tree: Tree, untested: string[] = []) =>
    said((files) => checkTestsBeside(files, { untested, functions: {} }), tree);

  test("logic needs a test beside it; nouns and tables do not", () => {
    const tree = {
      "runtime/pty/a.ts": logic,
      "runtime/pty/b.ts": "export type B = { f(): void };\nexport const table = [1, 2];\n",
      "runtime/pty/c.ts": logic,
      "runtime/pty/c.test.ts": 'import "./c.ts";\nimport "./d.ts";\n',
      "runtime/pty/d.ts": `import "./e.ts";\nimport "../far.ts";\n${logic}`,
      "runtime/pty/e.ts": logic,
      "runtime/far.ts": logic,
      "bench/f.ts": logic,
      "cmd/g.ts": logic,
      "cmd/g.e2e.test.ts": "",
    };
    const lacks = (path: string) =>
      `${path}.ts:1: logic that no test beside it reaches; write ${path}.test.ts, or test it through its folder's entrance`;
    expect(beside(tree)).toEqual([lacks("runtime/pty/a"), lacks("runtime/far")]);
  });

  test("the list of exceptions forgets what is no longer true", () => {
    const tree = { "cmd/a.ts": logic, "cmd/b.ts": logic, "cmd/b.test.ts": "" };
    expect(beside(tree, ["cmd/a.ts", "cmd/b.ts", "cmd/gone.ts"])).toEqual([
      "cmd/b.ts:1: has its test now; take it out of cmd/tidy/ratchet.json",
      "cmd/gone.ts:1: is excused in cmd/tidy/ratchet.json but does not exist; take it out",
    ]);
  });

  test("nothing may be added to the list of exceptions", () => {
    const past = { untested: ["cmd/a.ts"], functions: { "cmd/a.ts#f": 90 } };
    const now = { untested: ["cmd/a.ts", "cmd/b.ts"], functions: { "cmd/a.ts#g": 80 } };
    expect(checkRatchet(now, past).map(findingLine)).toEqual([
      "cmd/tidy/ratchet.json:1: cmd/b.ts was added; the list may only shrink, so put the thing itself right",
      "cmd/tidy/ratchet.json:1: cmd/a.ts#g was added; the list may only shrink, so put the thing itself right",
    ]);
    expect(checkRatchet(none, past)).toEqual([]);
  });

  test("a suite is run by at least two tests", () => {
    const tree = {
      "runtime/pty/pty.suite.ts": "",
      "runtime/pty/native.test.ts": 'import { suite } from "./pty.suite.ts";\n',
      "runtime/trace/store.suite.ts": "",
      "runtime/trace/a.test.ts": 'import { suite } from "./store.suite.ts";\n',
      "runtime/trace/b.test.ts": 'import { suite } from "./store.suite.ts";\n',
    };
    expect(said(checkSuites, tree)).toEqual([
      "runtime/pty/pty.suite.ts:1: the suite is run by 1 test; run it on two implementations, or make it a test",
    ]);
  });

  test("functions keep to 70 lines, and those excused may only shrink", () => {
    const long = (name: string, lines: number) =>
      `export function ${name}() {\n${"  // a line\n".repeat(lines - 2)}}\n`;
    const tree = {
      "cmd/a.ts": `${long("fits", 70)}${long("long", 71)}`,
      "cmd/b.ts": `${long("grew", 81)}${long("shrank", 79)}${long("same", 80)}${long("fits", 60)}`,
    };
    const functions = {
      "cmd/b.ts#grew": 80,
      "cmd/b.ts#shrank": 80,
      "cmd/b.ts#same": 80,
      "cmd/b.ts#fits": 80,
      "cmd/b.ts#gone": 80,
    };
    const check = (files: File[]) => checkFunctionSizes(files, { untested: [], functions });
    expect(said(check, tree)).toEqual([
      "cmd/a.ts:71: long has 71 lines, more than 70; split it",
      "cmd/b.ts:1: grew grew from 80 to 81 lines; it may only shrink",
      "cmd/b.ts:82: shrank shrank to 79 lines; write that into cmd/tidy/ratchet.json",
      "cmd/b.ts:241: fits fits the budget now; take it out of cmd/tidy/ratchet.json",
      "cmd/b.ts:1: cmd/b.ts#gone is excused in cmd/tidy/ratchet.json but is not there; take it out",
    ]);
  });
});

describe("the whole", () => {
  test("a tree without source files is not tidy: it was not read", () => {
    expect(tidy([], none).map(findingLine)).toEqual([
      ".:1: no source file was found; run this in the repository",
    ]);
  });

  test("every check is part of the whole", () => {
    const tree: Tree = {
      "lib/a.ts": "",
      "cmd/a.ts": "const a = 1; // TODO\n",
      "docs/a.md": "no title",
      ".npmrc": "registry=https://example.org\n",
      "runtime/session/a.ts": 'pty.write(process.env); import("./b.ts"); fetch("x");\n',
      "runtime/session/step.ts": "Date.now();\n",
      "runtime/lab/b.ts": 'import "../upload/c.ts";\n',
      "runtime/upload/c.ts": "",
      "runtime/a.ts": `export function f() {\n  f();\n${"  // a line\n".repeat(80)}  return 1;\n}\n`,
      "runtime/pty/pty.suite.ts": "/** A. */\n",
    };
    const all = tidy(
      Object.entries(tree).map(([path, text]) => ({ path, text })),
      none,
    ).map(findingLine);
    const expected = [
      ...["eight folders", "does not say", "of a plan", "no title", "on one machine"],
      ...["writes to the terminal", "process.env is read", "inside the code", "uses fetch"],
      ...["open a connection", "with everything else"],
      ...["this file is pure", "no test beside", "the suite is run", "more than 70"],
    ];
    for (const part of expected) expect(all.filter((line) => line.includes(part))).not.toEqual([]);
  });

  test("the tree it reads is this one, without what git ignores", () => {
    const paths = readTree(join(import.meta.dir, "..")).map(({ path }) => path);
    expect(paths).toContain("cmd/tidy.ts");
    expect(paths).toContain(".ci/run");
    expect(paths.filter((path) => /^(node_modules|dist)\//.test(path))).toEqual([]);
  });
});
