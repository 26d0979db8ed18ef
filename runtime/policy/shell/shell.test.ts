/** What is read of shell texts: every command, its words, its folders, its files; and what is never read. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../../contracts/limits.ts";
import type { ShellReading, SimpleCommand, Word } from "./command.ts";
import { code, found } from "./commands.example.ts";
import { refused } from "./hostile.example.ts";
import { readShell, resolvePath } from "./shell.ts";
import { options } from "./testing.ts";

const read = (text: string): ShellReading => readShell(text, options);

function readable(text: string) {
  const reading = read(text);
  if (!reading.ok) throw new Error(`not read: ${reading.reason}: ${text}`);
  return reading;
}

const wordOf = (word: Word): string =>
  "text" in word ? word.text : "home" in word ? `~${word.home}` : `<${Object.values(word)[0]}>`;
const lineOf = ({ program, arguments: words }: SimpleCommand): string =>
  [program, ...words.map(wordOf)].join(" ");
const lines = (text: string): string[] => readable(text).commands.map(lineOf);

describe("never read", () => {
  for (const text of refused) {
    test(JSON.stringify(text), () => {
      expect(read(text).ok).toBe(false);
    });
  }
});

describe("the hidden command is listed", () => {
  for (const text of found) {
    test(JSON.stringify(text), () => {
      expect(lines(text)).toContain("rm -rf x");
    });
  }
});

describe("code is told from commands", () => {
  for (const text of code) {
    test(JSON.stringify(text), () => {
      expect(readable(text).runsCode).toBe(true);
    });
  }
});

const plain: [string, string[]][] = [
  ["git status --short", ["git status --short"]],
  ["cd a && bun test 2>&1 | tail -20", ["cd a", "bun test", "tail -20"]],
  ["sed -n '10,20p' a.ts", ["sed -n 10,20p a.ts"]],
  ["sed -i 's/a/b/g; s|c|d|' a.ts", ["sed -i s/a/b/g; s|c|d| a.ts"]],
  ["awk -F: '{ print $1 }' a", ["awk -F: { print $1 } a"]],
  ["python3 -m pytest -q tests", ["python3 -m pytest -q tests"]],
  ["python3 a.py --all", ["python3 a.py --all"]],
  ["node --version", ["node --version"]],
  ["tar -xzf a.tgz -C out", ["tar -xzf a.tgz -C out"]],
  ["rg -n 'a|b' src --glob '*.ts'", ["rg -n a|b src --glob *.ts"]],
  ["find . -name '*.ts' -not -path './x/*'", ["find . -name *.ts -not -path ./x/*"]],
  ["docker ps -a", ["docker ps -a"]],
  ["git -c user.name=a commit -m 'b c'", ["git -c user.name=a commit -m b c"]],
  ["git show HEAD~1:a stash@{0}", ["git show HEAD~1:a stash@{0}"]],
  ["npm run build -- --watch", ["npm run build -- --watch"]],
  ["command -v git", ["command -v git"]],
  ["bash scripts/a.sh", ["bash scripts/a.sh"]],
  ["ls *.ts ~/b $C", ["ls <*.ts> ~/b <a variable>"]],
];

describe("ordinary commands are read as they are, and run no code", () => {
  for (const [text, expected] of plain) {
    test(text, () => {
      const { commands, runsCode } = readable(text);
      expect(commands.map(lineOf)).toEqual(expected);
      expect(runsCode).toBe(false);
    });
  }
});

test("a command says what is around it", () => {
  const text = "A=1 sudo -u x env B=2 sh -c 'ls >f'";
  const { commands, writes, hasSubstitution } = readable(text);
  const ls = commands.at(-1);
  expect(ls?.via).toEqual(["sudo", "env", "sh"]);
  expect(ls?.assignments).toEqual(["A", "B"]);
  expect(ls?.position).toEqual({ start: 0, end: text.length });
  expect(writes.map(({ operator, target }) => [operator, target])).toEqual([[">", { text: "f" }]]);
  expect(hasSubstitution).toBe(false);
});

test("a pattern keeps what is quoted in it apart", () => {
  const [command] = readable("ls 'a*'b/*.[tj]s \"$(pwd)\" ~x").commands;
  expect(command?.arguments).toEqual([
    { pattern: "a\\*b/*.[tj]s", prefix: "a*b/" },
    { unknown: "a command substitution" },
    { unknown: "the folder of another user" },
  ]);
});

test("redirections say what they do to which file", () => {
  const { commands, writes, reads } = readable(
    'a <i 2>>$E >|o 3<>p &>q; { b; } >"r s"; c 2>&1 <<<t',
  );
  expect(writes.map(({ operator, descriptor, target }) => [operator, descriptor, target])).toEqual([
    [">", null, { text: "r s" }],
    [">>", 2, { unknown: "a variable" }],
    [">|", null, { text: "o" }],
    ["<>", 3, { text: "p" }],
    ["&>", null, { text: "q" }],
  ]);
  expect(reads.map(({ target }) => target)).toEqual([{ text: "i" }]);
  expect(commands.at(-1)?.redirections.map(({ effect }) => effect)).toEqual([
    "duplicates",
    "gives_text",
  ]);
});

test("files that find writes are listed", () => {
  const { writes } = readable("find . -fprintf out '%p'");
  expect(writes).toMatchObject([{ operator: "-fprintf", target: { text: "out" } }]);
});

const folders: [string, (string[] | null)[]][] = [
  ["x", [["/srv/work"]]],
  ["cd a && x", [["/srv/work"], ["/srv/work/a"]]],
  ["cd a; x", [["/srv/work"], ["/srv/work/a", "/srv/work"]]],
  ["cd a || x", [["/srv/work"], ["/srv/work"]]],
  ["cd /a/../b && cd c/.. && x", [["/srv/work"], ["/b"], ["/b"]]],
  ["cd && x", [["/srv/work"], ["/home/ada"]]],
  ["cd ~/b && x", [["/srv/work"], ["/home/ada/b"]]],
  ["cd -- a && x", [["/srv/work"], ["/srv/work/a"]]],
  ["cd $A && x", [["/srv/work"], null]],
  ["cd - && x", [["/srv/work"], null]],
  ["cd -P a && x", [["/srv/work"], null]],
  ["pushd a && x", [["/srv/work"], null]],
  ["command cd a && x", [["/srv/work"], ["/srv/work"], ["/srv/work/a"]]],
  ["HOME=/ cd && x", [["/srv/work"], null]],
  ["(cd a && x); x", [["/srv/work"], ["/srv/work/a"], ["/srv/work"]]],
  ["{ cd a && x; } && x", [["/srv/work"], ["/srv/work/a"], ["/srv/work/a", "/srv/work"]]],
  ["cd a & x", [["/srv/work"], ["/srv/work"]]],
  ["cd a | x; x", [["/srv/work"], ["/srv/work"], ["/srv/work"]]],
  ["x | cd a; x", [["/srv/work"], ["/srv/work"], ["/srv/work", "/srv/work/a"]]],
  ["for i in a b; do cd a; x; done; x", [null, null, null]],
  [
    "if cd a; then x; else x; fi",
    [["/srv/work"], ["/srv/work/a", "/srv/work"], ["/srv/work/a", "/srv/work"]],
  ],
  ["! cd a && x", [["/srv/work"], ["/srv/work"]]],
  ["ssh h x", [["/srv/work"], null]],
  ["echo $(cd a && x) && x", [["/srv/work"], ["/srv/work"], ["/srv/work/a"], ["/srv/work"]]],
];

describe("commands are followed into the folders where they may run", () => {
  for (const [text, expected] of folders) {
    test(text, () => {
      expect(readable(text).commands.map((one) => one.folders)).toEqual(expected);
    });
  }
});

describe("what is too large is not read", () => {
  const nested = (depth: number) => "$(ls ".repeat(depth) + ")".repeat(depth);
  const cases: [string, string, string][] = [
    ["length", `ls ${"a".repeat(limits.shellCharsMax)}`, "more text than is read"],
    ["commands", "ls;".repeat(limits.shellCommandsMax + 1), "more commands than are followed"],
    ["nesting", `ls ${nested(20)}`, "commands within commands, too deep to follow"],
    ["wrappers", `${"nice ".repeat(40)}ls`, "commands within commands, too deep to follow"],
  ];
  for (const [name, text, reason] of cases) {
    test(name, () => {
      expect(read(text)).toEqual({ ok: false, reason });
    });
  }

  test("and what fits is", () => {
    expect(readable("ls;".repeat(limits.shellCommandsMax)).commands).toHaveLength(256);
    expect(readable(`ls ${nested(14)}`).commands).toHaveLength(15);
  });
});

test("the depth that is asked for is kept", () => {
  expect(readShell("ls $(ls)", { ...options, depthMax: 1 }).ok).toBe(false);
  expect(readShell("ls $(ls)", { ...options, depthMax: 2 }).ok).toBe(true);
});

test("without absolute folders nothing is read", () => {
  expect(readShell("ls", { ...options, workspace: "work" }).ok).toBe(false);
  expect(readShell("ls", { ...options, home: "" }).ok).toBe(false);
});

describe("a path", () => {
  const at = { cwd: "/srv/work", home: "/home/ada" };
  const cases: [Word, object][] = [
    [{ text: "a/../../b" }, { kind: "path", path: "/srv/b", written: "/srv/work/a/../../b" }],
    [{ text: "/etc//x" }, { kind: "path", path: "/etc/x" }],
    [{ home: "/n" }, { kind: "path", path: "/home/ada/n" }],
    [{ home: "" }, { kind: "path", path: "/home/ada" }],
    [
      { pattern: "src/*.ts", prefix: "src/" },
      { kind: "within", path: "/srv/work/src/" },
    ],
    [
      { pattern: "*", prefix: "" },
      { kind: "within", path: "/srv/work" },
    ],
    [
      { pattern: "/e*/x", prefix: "/e" },
      { kind: "within", path: "/" },
    ],
    [{ pattern: "*/../x", prefix: "" }, { kind: "unknown" }],
    [{ pattern: ".*", prefix: "." }, { kind: "unknown" }],
    [{ pattern: "a/?.", prefix: "a/" }, { kind: "unknown" }],
    [{ text: "" }, { kind: "unknown" }],
    [{ unknown: "a variable" }, { kind: "unknown", reason: "a variable" }],
  ];
  for (const [word, expected] of cases) {
    test(JSON.stringify(word), () => {
      expect(resolvePath(word, at)).toMatchObject(expected);
    });
  }

  test("is not known from a folder that is not", () => {
    expect(resolvePath({ text: "a" }, { ...at, cwd: null }).kind).toBe("unknown");
    expect(resolvePath({ text: "/a" }, { ...at, cwd: null }).kind).toBe("path");
  });
});
