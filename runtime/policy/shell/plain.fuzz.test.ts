/** The one pass over plain texts against the walk along the parser's tree: they read the same. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readShell } from "./shell.ts";
import { readPlainText } from "./plain.ts";
import { options } from "./testing.ts";

const runs = Number(Bun.env["ATLASBRIDGE_FUZZ_RUNS"] ?? 3_000);

const scraps = [
  ...["git", "status", "cd", "cd a", "cd /srv", "cd", "-", "--", "-a", "--b=c:d/e", "-=", "a.b/c"],
  ...["'x y'", '"x y"', "''", '""', "'!\\$'", '"a\'b"', "'if'", "if", "do", "time", "sudo", "env"],
  ...[
    "sh -c 'cd b; ls'",
    "xargs rm",
    "find . -name",
    "git -C x",
    "export A",
    "test -f",
    "[",
    "A=1",
  ],
  ...["&&", "||", "|", ";", " ", "  ", "&", "|&", ";;", "$X", "~", "*", "#", "!", "{a,b}", "\\a"],
  ...[
    "@1",
    "%x",
    "+x",
    "1",
    "2>",
    ">f",
    "'",
    '"',
    "=",
    "pushd a",
    "2>&1",
    "2>/dev/null",
    "1>&2",
    "HEAD~1",
    "a=~",
    "*.ts",
    "a/*/b*",
    "?",
    "-x=*",
    "-a:~b",
    "popd",
    "echo",
    "command cd a",
  ],
];
const texts = fc
  .array(fc.tuple(fc.constantFrom(...scraps), fc.constantFrom(" ", " ", " ", "")), {
    minLength: 1,
    maxLength: 14,
  })
  .map((parts) => parts.flat().join("").trim());

test("a plain text reads as the parser reads it", () => {
  let plain = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const at = { folders: ["/srv/work"], home: "/home/ada", commandsMax: 256 };
      if (readPlainText(text, at) === null) return;
      plain += 1;
      // A tab at the end changes nothing, and is for the parser.
      expect(readPlainText(`${text}\t`, at)).toBeNull();
      expect(readShell(text, options)).toEqual(readShell(`${text}\t`, options));
    }),
    { numRuns: runs },
  );
  expect(plain).toBeGreaterThan(runs / 20);
});

test("what is not plain is left to the parser", () => {
  const at = { folders: ["/srv/work"], home: "/home/ada", commandsMax: 2 };
  const others = ["a;", "a; b; c", "a$b", "a'b'", "if a", "A=1 a", "a >b", "a &", "a\nb", "a ;; b"];
  for (const text of others) expect(readPlainText(text, at)).toBeNull();
  expect(readPlainText("a; b 'c d'", at)?.map(({ words }) => words)).toEqual([
    [{ text: "a" }],
    [{ text: "b" }, { text: "c d" }],
  ]);
});
