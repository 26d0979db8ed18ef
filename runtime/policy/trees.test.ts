/** What a command reads as a whole counts as if every file of it were named. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import { filesBelow, followPaths } from "./follow.ts";
import { parsePolicy } from "./parse.ts";
import { readShell } from "./shell/shell.ts";
import { treesOf } from "./trees.ts";

/** The folders that a command reads as a whole; `?` is any file at all, and a dot behind it files without a dot alone. */
function trees(text: string): string {
  const reading = readShell(text, { workspace: "/w", home: "/home/ada", depthMax: 4 });
  if (!reading.ok) return reading.reason;
  return reading.commands
    .flatMap(treesOf)
    .map(({ root, hidden }) => ("text" in root ? root.text : "?") + (hidden ? "" : " (visible)"))
    .join(", ");
}

describe("what a command reads as a whole", () => {
  test.each([
    ["grep TODO src/a.ts", ""],
    ["grep -r TODO", "., TODO"],
    ["grep -rn TODO src", "TODO, src"],
    ["grep -r -A 5 TODO", "., 5, TODO"],
    ["grep -rn -e TODO src", "TODO, src"],
    ["grep -rn --color TODO src lib", "TODO, src, lib"],
    ["grep -r --include '*.ts' TODO", "., *.ts, TODO"],
    ["grep --recur TODO .", "., TODO, ."],
    ["grep -d recurse TODO", "., recurse, TODO"],
    ["rg TODO", ". (visible), TODO (visible)"],
    ["rg -n TODO src", "TODO (visible), src (visible)"],
    ["rg -uu TODO", "., TODO"],
    ["rg --files", ""],
    ["rg -e --files -e x", ". (visible), x (visible)"],
    ["grep -r --label -e -n x", "., x"],
    ["rg -r -e x", ". (visible), x (visible)"],
    ["ag -x TODO src", ". (visible), TODO (visible), src (visible)"],
    ["diff -r a b", "a, b"],
    ["git status", ""],
    ["git log --oneline -5", ""],
    ["git log -wp", "?"],
    ["git log --pat", "?"],
    ["git -C x log -p", "?"],
    ["git show HEAD", ""],
    ["git show HEAD~3..HEAD", "?"],
    ["git show --do-walk HEAD", "?"],
    ["git cat-file -t HEAD", ""],
    ["git cat-file -p HEAD:a.ts", ""],
    ["git cat-file -p 83baae6", "?"],
    ["git cat-file --batch", "?"],
    ["git diff --no-index src .", "src, ."],
    ["git diff 4b825dc642cb6eb9a060e54bf8d69288fbee4904 HEAD", "?"],
    ["git archive HEAD", "?"],
    ["git stash push -m x", ""],
    ["git stash list -p", "?"],
    ["git log --author=ada --graph --all --stat", ""],
    ["git show --stat --name-only -s HEAD", ""],
    ["git $X", "?"],
  ])("%s: %s", (text, expected) => {
    expect(trees(text)).toBe(expected);
  });
});

const policyText = `policy_version: "2"
rules:
  - { id: guarded, match: { path: ["**/.env", "**/*.pem"] }, action: { type: require_human } }
  - id: look
    match: { path: [inside], any_of: [{ command: ["cd **", "grep **", "rg **", "diff **", "git **"] }] }
    action: { type: auto_reply, reply: approve_once }
  - { id: code, match: { path: ["./src/**"] }, action: { type: deny } }
`;

describe("on a disk", () => {
  let folder = "";
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "trees-")));
    for (const name of ["src/lib", "deploy/keys", "node_modules/a"]) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    for (const name of [".env", "src/a.ts", "src/lib/b.ts", "deploy/keys/x.PEM", "src/.hidden"]) {
      writeFileSync(join(folder, name), "x");
    }
    symlinkSync("../deploy", join(folder, "src/link"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function ruleFor(command: string): string | null {
    const parsed = parsePolicy(policyText, "p.yaml");
    if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
    const { policy, hash } = parsed;
    const compiled = compilePolicy(policy, { hash, userHome: "/home/ada" });
    const facts = exampleFacts({ subject: shellSubject(command) }, { cwd: folder });
    const onDisk = followPaths(facts.prompt, { cwd: folder, policy: compiled });
    return decide({ ...facts, ...onDisk }, compiled).rule_id;
  }

  test("a search of a folder without secrets is answered, and one of a folder with them is not", () => {
    expect(ruleFor("grep -rn x src")).toBe("look");
    expect(ruleFor("grep -rn x src/a.ts")).toBe("look");
    expect(ruleFor("grep -rn x deploy")).toBe("guarded");
    expect(ruleFor("grep -rn x .")).toBe("guarded");
    expect(ruleFor("grep -rn x")).toBe("guarded");
    expect(ruleFor("cd src && grep -rn x")).toBe("look");
    expect(ruleFor("diff -r src deploy")).toBe("guarded");
    expect(ruleFor("git log -p")).toBe("guarded");
  });

  test("what a search passes over does not count", () => {
    rmSync(join(folder, "deploy"), { recursive: true });
    expect(ruleFor("rg x")).toBe("look");
    expect(ruleFor("rg --hidden x")).toBe("guarded");
    expect(ruleFor("rg -g '*' x")).toBe("guarded");
  });

  test("files below are listed without entering links, and not beyond the bound", () => {
    const names = (hidden: boolean, most = 100) =>
      filesBelow(join(folder, "src"), { hidden, most })?.map((one) => one.slice(folder.length));
    expect(names(true)?.toSorted()).toEqual([
      ...["/src/.hidden", "/src/a.ts", "/src/lib/b.ts", "/src/link"],
    ]);
    expect(names(false)).not.toContain("/src/.hidden");
    expect(names(true, 3)).toBeUndefined();
    expect(filesBelow(join(folder, "src/a.ts"), { hidden: true, most: 9 })).toEqual([]);
    expect(filesBelow(join(folder, "nowhere"), { hidden: true, most: 9 })).toEqual([]);
    expect(filesBelow(folder, { hidden: false, most: 99 })).toContain(`${folder}/node_modules`);
  });

  test("without a look at the disk such a command is a person's", () => {
    const parsed = parsePolicy(policyText, "p.yaml");
    if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
    const compiled = compilePolicy(parsed.policy, { hash: parsed.hash, userHome: "/home/ada" });
    const facts = exampleFacts({ subject: shellSubject("grep -rn x src") });
    expect(decide(facts, compiled)).toMatchObject({ action: "require_human", rule_id: "guarded" });
  });
});
