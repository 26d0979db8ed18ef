/** The paths of a prompt as its words name them, before anything is looked up on the disk. */
import { describe, expect, test } from "bun:test";
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import { readAsked } from "./asked.ts";
import { exampleFacts, shellSubject } from "./examples.ts";

const where = { cwd: "/home/ada/src", userHome: "/home/ada" };

function pathsOf(subject: Subject): (string | null)[] {
  const prompt: Prompt = exampleFacts({ subject }).prompt;
  return readAsked(prompt, where)
    .paths()
    .map((path) => path?.path ?? null);
}

const edit = (path: string): Subject => ({ type: "file_edit", command: null, path, host: null });

describe("a path that a tool names", () => {
  test.each([
    ["a.ts", "/home/ada/src/a.ts"],
    ["app/$id.tsx", "/home/ada/src/app/$id.tsx"],
    ["@types/a.d.ts", "/home/ada/src/@types/a.d.ts"],

    ["ab:c", "/home/ada/src/ab:c"],
    ["50%.md", "/home/ada/src/50%.md"],
    ["~", "/home/ada"],
    ["~/a", "/home/ada/a"],
    ["/etc/hosts", "/etc/hosts"],
  ])("%s is where it says", (path, expected) => expect(pathsOf(edit(path))).toEqual([expected]));

  test.each([
    ...["file:///etc/passwd", "file:/etc/passwd", "FILE:etc", "vscode-remote://a/etc/passwd"],
    ...["~root/x", "~ada/.ssh/config", "~+/x", "C:\\x", "c:/x", "C:x", "\\\\host\\share\\x"],
    ...["..\\..\\x", "$HOME/.bashrc", "%APPDATA%/x", "%2e%2e/x", "a%2F..%2f..%2fx"],
    ...[" /etc/passwd", "'/etc/passwd'", '"/etc/passwd"', "@/etc/passwd", "@~/x", "a\n/etc/passwd"],
  ])("%j is not of this folder's files, so nobody knows it", (path) =>
    expect(pathsOf(edit(path))).toEqual([null]),
  );
});

describe("git names a file behind a colon", () => {
  test.each([
    ...["git show HEAD:.env", "git show origin/main:.env", "git show :.env", "git show :0:.env"],
    ...["git show HEAD:./.env", "git log -L/a/,5:.env", "git add ':(top).env'", "git add ':/.env'"],
    ...["git add ':!.env'", "git blame --contents=.env a"],
  ])("%s", (command) => expect(pathsOf(shellSubject(command))).toContain("/home/ada/src/.env"));

  test("and behind too many of them it is not known", () => {
    expect(pathsOf(shellSubject(`git show ${"a:".repeat(20)}.env`))).toContain(null);
  });
});
