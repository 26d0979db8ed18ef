/** The policy commands as a person meets them: what they print, where, and their exit codes. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { Command } from "commander";
import { AtlasError, type ErrorCode } from "../../contracts/errors.ts";
import { resolvePaths } from "../../runtime/paths.ts";
import { joinRecipes, recipeNames, recipes } from "../../runtime/policy/cookbook/cookbook.ts";
import { presetNames, presets } from "../../runtime/policy/presets/presets.ts";
import { starterPolicy } from "../../runtime/policy/starter.ts";
import type { Cli } from "./cli.ts";
import { registerPolicy } from "./policy.ts";
import { hashPolicy } from "./policy/hash.ts";
import { initPolicy } from "./policy/init.ts";
import { printSchema } from "./policy/schema.ts";
import type { AskedOptions } from "./policy/asked-prompt.ts";
import { testPolicy } from "./policy/try.ts";
import { validatePolicy } from "./policy/validate.ts";

const environment = { platform: "linux" as const, userHome: "/home/ada", variables: {} };
const isRoot = process.getuid?.() === 0;

let home = "";
let out = "";
let notes: string[] = [];
let cli: Cli;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "policy-"));
  out = "";
  notes = [];
  cli = openFake(false);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function openFake(json: boolean): Cli {
  return {
    environment,
    paths: resolvePaths(environment, home),
    json,
    isPlain: false,
    raw: (text) => void (out += text),
    out: (text) => void (out += text),
    note: (line) => {
      notes.push(line);
    },
  };
}

function write(text: string, name = "policy.yaml"): string {
  const path = join(home, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function ask(options: Partial<AskedOptions>, input: string | null = null): Promise<number> {
  const full = { confidence: "high", tool: "claude", cwd: "/home/ada/src", ...options } as const;
  return testPolicy(cli, { file: undefined, options: full, readInput: async () => input });
}

/** The error that `action` throws, as its code and its one line. */
function errorOf(action: () => unknown): { code: ErrorCode; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof AtlasError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

const typo =
  'policy_version: "1"\nrules:\n  - id: a\n    match: { confidance: high }\n    action: { type: deny }\n';
const sample = `policy_version: "1"
autonomy_mode: assist
rules:
  - { id: no-force, match: { contains: --force }, action: { type: deny, reason: Not from here. } }
  - { id: continue-yes, match: { prompt_type: [yes_no] }, action: { type: auto_reply, value: "y" } }
`;

describe("policy validate", () => {
  test("says ok with the number of rules and the hash", () => {
    const path = write(sample);
    const hash = createHash("sha256").update(sample).digest("hex");
    expect(validatePolicy(cli, undefined)).toBe(0);
    expect(out).toBe(`${path}: ok, 2 rules, sha256 ${hash}\n`);
    expect(notes).toEqual([]);
  });

  test("prints each problem on a line of standard error and exits with 2", () => {
    const path = write(typo);
    expect(validatePolicy(cli, undefined)).toBe(2);
    expect(out).toBe("");
    expect(notes).toEqual([
      `${path}:4:14: "confidance" is not a field of match; did you mean "min_confidence"?`,
    ]);
  });

  test("reads the file that is named rather than the home's", () => {
    write(typo);
    expect(validatePolicy(cli, write(sample, "other.yaml"))).toBe(0);
  });

  test("prints one JSON value when asked to, valid or not", () => {
    cli = openFake(true);
    write(sample);
    validatePolicy(cli, undefined);
    expect(JSON.parse(out)).toMatchObject({ format: 1, ok: true, rules: 2, policy_version: "1" });
    out = "";
    write(typo);
    expect(validatePolicy(cli, undefined)).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      ok: false,
      problems: [{ line: 4, column: 14 }],
    });
    expect(notes).toEqual([]);
  });

  test("warns of a file that everybody may change, and still reads it", () => {
    const path = write(sample);
    chmodSync(path, 0o666);
    expect(validatePolicy(cli, undefined)).toBe(0);
    expect(notes).toEqual([
      `warning: the policy ${path} can be changed by other users; run: chmod go-w ${path}`,
    ]);
  });
});

describe("a policy that cannot be read is one clear line", () => {
  test("when there is none", () => {
    const path = join(home, "policy.yaml");
    expect(errorOf(() => validatePolicy(cli, undefined))).toEqual({
      code: "policy_unreadable",
      message: `there is no policy at ${path}; name a file, or write one with: atlasbridge policy init`,
    });
  });

  test("when it is a folder", () => {
    expect(errorOf(() => validatePolicy(cli, home))).toEqual({
      code: "policy_unreadable",
      message: `${home} is a folder, not a policy file; name the file in it`,
    });
  });

  // Skipped as root, whom no mode of a file keeps out.
  test.skipIf(isRoot)("when its mode forbids it", () => {
    const path = write(sample);
    chmodSync(path, 0);
    expect(errorOf(() => validatePolicy(cli, undefined))).toEqual({
      code: "policy_unreadable",
      message: `${path} may not be read by this user; change its owner or mode`,
    });
  });

  test("when it never ends: it is read up to the bound and refused", () => {
    expect(validatePolicy(cli, "/dev/zero")).toBe(2);
    expect(notes).toEqual([
      "/dev/zero:1:1: the file is larger than 1 MiB, the most a policy may have; write fewer or shorter rules",
    ]);
  });
});

describe("policy test", () => {
  beforeEach(() => void write(sample));

  test("shows the decision, its rule, reason and risk, and every rule that was tried", async () => {
    expect(await ask({ question: "Continue? [y/n]" })).toBe(0);
    expect(out).toBe(`decision  auto_reply "y"
rule      continue-yes
reason    rule "continue-yes" answers this prompt
risk      low
mode      assist: with this policy "run" types no reply by itself
tried
  no   no-force      contains: the text "--force" is not in the prompt
  yes  continue-yes  every condition holds
`);
  });

  test("exits with 3 when the policy denies, and shows the rule's own words", async () => {
    expect(await ask({ question: "Run this?", command: "git push --force" })).toBe(3);
    expect(out).toContain("decision  deny\nrule      no-force\n");
    expect(out).toContain('message   "Not from here."\n');
    expect(out).toContain(
      "risk      high (git:pushes, git:forces-push, git:unknown-branch, subject:shell)\n",
    );
  });

  test("exits with 0 when it leaves the prompt to a person", async () => {
    expect(await ask({ question: "Which?", options: "red, green" })).toBe(0);
    expect(out).toContain("decision  require_human\nrule      none: defaults\n");
  });

  test("takes the question from standard input when none is given", async () => {
    expect(await ask({}, "Push with --force?\n")).toBe(3);
  });

  test("searches the lines above the question as run does: only for rules that hold back", async () => {
    const above = "This pushes with --force.";
    expect(await ask({ question: `${above}\nContinue? [y/n]` })).toBe(3);
    expect(await ask({ question: "Continue? [y/n]", context: above })).toBe(3);
    expect(await ask({ question: "[y/n]", context: `${above}\nContinue?` })).toBe(3);
    expect(await ask({ question: `${above}\n\nContinue? [y/n]` })).toBe(3);
    expect(await ask({ question: `${above}\n\n\n\nContinue? [y/n]` })).toBe(0);
    write(`policy_version: "1"
rules:
  - { id: force, match: { contains: --force }, action: { type: auto_reply, value: "y" } }
`);
    out = "";
    expect(await ask({ question: "Continue? [y/n]", context: above })).toBe(0);
    expect(out).toContain("decision  require_human\nrule      none: defaults\n");
  });

  test("asks for a question when there is none at all", async () => {
    const failed = ask({}, null).catch((error: unknown) => error);
    expect(await failed).toMatchObject({
      code: "usage",
      message:
        "no question; give --question TEXT, write it to standard input, or name a recorded one with --session or --recording",
    });
  });

  test("treats a question longer than a prompt can be as cut", async () => {
    expect(await ask({ question: `--force${"x".repeat(5_000)}` })).toBe(0);
    expect(out).toContain("the prompt is not wholly visible");
    expect(out).toContain(
      "  ?    no-force  contains: not found, but part of the prompt is hidden\n",
    );
  });

  test("prints one JSON value when asked to", async () => {
    cli = openFake(true);
    await ask({ question: "Continue?", kind: "password" });
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      mode: "assist",
      decision: { action: "require_human", rule_id: null },
      tried: [
        { rule_id: "no-force", result: "fails" },
        { rule_id: "continue-yes", result: "fails" },
      ],
    });
  });

  test("prints the problems of a policy that is not valid, and exits with 2", async () => {
    write(typo);
    expect(await ask({ question: "x" })).toBe(2);
    expect(notes).toHaveLength(1);
  });
});

describe("policy hash", () => {
  test("prints the SHA-256 of the file", () => {
    write(sample);
    expect(hashPolicy(cli, undefined)).toBe(0);
    expect(out).toBe(`${createHash("sha256").update(sample).digest("hex")}\n`);
  });

  test("prints none for a policy that is not valid", () => {
    write(typo);
    expect(hashPolicy(cli, undefined)).toBe(2);
    expect(out).toBe("");
  });
});

describe("policy init", () => {
  const path = () => join(home, "deep", "policy.yaml");
  beforeEach(() => {
    cli = { ...cli, paths: { ...cli.paths, policyFile: path() } };
  });

  test("writes a valid policy that only its owner may read", () => {
    expect(initPolicy(cli, {})).toBe(0);
    expect(out).toContain(`wrote ${path()}\n`);
    expect(readFileSync(path(), "utf8")).toBe(starterPolicy);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, "deep")).mode & 0o777).toBe(0o700);
    expect(validatePolicy(cli, undefined)).toBe(0);
  });

  test("writes each preset as a valid policy", () => {
    for (const preset of presetNames) {
      expect(initPolicy(cli, { preset, force: true })).toBe(0);
      expect(readFileSync(path(), "utf8")).toBe(presets[preset]);
      expect(validatePolicy(cli, undefined)).toBe(0);
    }
  });

  test("writes each recipe of the cookbook, and several joined, as valid policies", () => {
    for (const name of recipeNames) {
      expect(initPolicy(cli, { cookbook: [name], force: true })).toBe(0);
      expect(readFileSync(path(), "utf8")).toBe(recipes[name]);
      expect(validatePolicy(cli, undefined)).toBe(0);
    }
    expect(initPolicy(cli, { cookbook: [...recipeNames], force: true })).toBe(0);
    expect(readFileSync(path(), "utf8")).toBe(joinRecipes(recipeNames));
    expect(validatePolicy(cli, undefined)).toBe(0);
  });

  test("never overwrites a policy unless forced to", () => {
    mkdirSync(join(home, "deep"));
    writeFileSync(path(), sample);
    expect(errorOf(() => initPolicy(cli, {}))).toEqual({
      code: "usage",
      message: `there is already a policy at ${path()}; edit it, or replace it with --force`,
    });
    expect(readFileSync(path(), "utf8")).toBe(sample);
    expect(initPolicy(cli, { force: true })).toBe(0);
    expect(readFileSync(path(), "utf8")).toBe(starterPolicy);
  });

  test("says so when the folder cannot be made", () => {
    writeFileSync(join(home, "deep"), "a file where the folder should be");
    const { code, message } = errorOf(() => initPolicy(cli, { force: true }));
    expect(code).toBe("home_unusable");
    expect(message).toMatch(
      /^.*policy\.yaml cannot be written \(E[A-Z]+\); check the folder's owner, mode and free space$/,
    );
  });
});

describe("the command line", () => {
  /** Parses `argv` as the program would, and gives what the action answered. */
  async function parse(...argv: string[]): Promise<number> {
    const program = new Command("atlasbridge").exitOverride();
    let code = -1;
    registerPolicy(program, (action) => async (...args) => {
      code = await action(cli, ...args);
    });
    await program.parseAsync(["policy", ...argv], { from: "user" });
    return code;
  }

  test("passes the file and the options on", async () => {
    const path = write(sample, "mine.yaml");
    expect(await parse("validate", path)).toBe(0);
    expect(await parse("hash", path)).toBe(0);
    const flags = ["-k", "yes_no", "-c", "medium", "-t", "git", "--cwd", "/srv", "-q", "Go?"];
    expect(await parse("test", path, ...flags, "--command", "push --force")).toBe(3);
    expect(await parse("test", path, ...flags, "--context", "push --force")).toBe(3);
    out = "";
    expect(await parse("test", path, ...flags)).toBe(0);
    expect(out).toContain('decision  auto_reply "y"');
  });

  test("has init write to the settings folder", async () => {
    expect(await parse("init")).toBe(0);
    expect(await parse("validate")).toBe(0);
    expect(await parse("init", "--force")).toBe(0);
  });

  test("shows an example in the help of every command", () => {
    const program = new Command("atlasbridge");
    registerPolicy(program, () => async () => {});
    const [policy] = program.commands;
    const names = policy?.commands.map((command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toContain(`$ atlasbridge policy ${command.name()}`);
      return command.name();
    });
    expect(names).toEqual([
      "validate",
      "test",
      "explain",
      "coverage",
      "simulate",
      "diff",
      "migrate",
      "suggest",
      "show",
      "hash",
      "schema",
      "init",
    ]);
  });
});

test("the schema says of a field what the language does, also within blocks", () => {
  printSchema(cli);
  const schema = JSON.parse(out);
  expect(schema.properties.policy_version.enum).toEqual(["0", 0, "1", 1, "2", 2]);
  const name = schema.properties.rules.items.properties.match.$ref.split("/").at(-1);
  const match = schema.$defs[name];
  expect(match.properties.none_of.items.$ref).toBe(`#/$defs/${name}`);
  expect(JSON.stringify(schema)).toContain('"approve_once"');
  expect(schema.additionalProperties).toBe(false);
});
