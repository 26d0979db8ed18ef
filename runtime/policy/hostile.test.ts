/** Files that want to hurt: each is refused in one clear line and in bounded time. */
import { describe, expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { parsePolicyBytes } from "./parse.ts";
import { printProblem } from "./problem.ts";

const mebi = 1_048_576;
/** The promise is one second; a test machine may be busy with other things. */
const patienceMs = 3_000;

function refusal(input: string | Uint8Array): string[] {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  // Of the processor: what else runs on the machine is no fault of the policy's.
  const from = process.cpuUsage();
  const parsed = parsePolicyBytes(bytes, "p.yaml");
  const { user, system } = process.cpuUsage(from);
  expect((user + system) / 1_000).toBeLessThan(patienceMs);
  return parsed.ok ? [] : parsed.problems.map(printProblem);
}

const writeOut = "write the value out, or put it in quotes if it is text";
const tooDeep = "nested deeper than 32 levels";
const tooMany = "too many words for a policy file; write fewer or shorter rules";
const startHint = 'begin with policy_version: "1"';

describe("one line each for", () => {
  const cases: [string, string | Uint8Array, string][] = [
    [
      "ten megabytes",
      "a".repeat(10 * mebi),
      "1:1: the file is larger than 1 MiB, the most a policy may have; write fewer or shorter rules",
    ],
    ["100 levels of flow lists", "[".repeat(100) + "]".repeat(100), `1:32: ${tooDeep}`],
    ["a megabyte of opening brackets", "[".repeat(mebi), `1:32: ${tooDeep}`],
    ["a megabyte of nested mappings", "{a: ".repeat(mebi / 4), `1:125: ${tooDeep}`],
    ["a megabyte of nested items", "- ".repeat(mebi / 2), `1:63: ${tooDeep}`],
    ["a megabyte of quotation marks", '"'.repeat(mebi), `1:799999: ${tooMany}`],
    ["a megabyte of comments", "#\n".repeat(mebi / 2), `200001:1: ${tooMany}`],
    ["a megabyte of line breaks", "\n".repeat(mebi), `400001:1: ${tooMany}`],
    [
      "an anchor bomb",
      "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
      `1:4: anchors are not allowed: "&a"; ${writeOut}`,
    ],
    ["an alias", "a: *b\n", `1:4: aliases are not allowed: "*b"; ${writeOut}`],
    ["an unquoted star", "a: [*]\n", '1:5: a star alone is YAML\'s sign for an alias; write "*"'],
    ["a tag", "a: !!binary aGk=\n", '1:4: tags are not allowed: "!!binary"; remove it'],
    [
      "a directive",
      "%YAML 1.1\n---\na: off\n",
      '1:1: directives are not allowed: "%YAML 1.1"; remove it',
    ],
    [
      "two documents",
      "a: 1\n---\nb: 2\n",
      '2:1: a policy is one YAML document, and here a second begins; remove the "---"',
    ],
    ["an empty file", "", `1:1: the file holds no policy: it is empty; ${startHint}`],
    [
      "nothing but a comment",
      "# later\n",
      `1:1: the file holds no policy: it is empty; ${startHint}`,
    ],
    [
      "a list",
      "- a\n",
      `1:1: a policy is a mapping of fields, and this is something else; ${startHint}`,
    ],
    [
      "a sentence",
      "hello\n",
      `1:1: a policy is a mapping of fields, and this is something else; ${startHint}`,
    ],
    [
      "a tab that indents",
      "rules:\n\t- id: a\n",
      "2:1: a tab stands where only spaces may indent; use spaces",
    ],
    [
      "a NUL byte",
      "name: a\0b\n",
      "1:8: a NUL byte (U+0000) is not allowed in a policy; remove it",
    ],
    [
      "an escape character",
      "name: \x1b[2J\n",
      "1:7: the invisible character U+001B is not allowed in a policy; remove it",
    ],
    [
      "a mark that reorders text",
      "name: \u202eabc\n",
      "1:7: the invisible character U+202E is not allowed in a policy; remove it",
    ],
    [
      "a byte that is not UTF-8",
      new Uint8Array([0x61, 0x3a, 0x0a, 0x20, 0xff, 0x61]),
      "2:2: the byte 0xff is not UTF-8 here; save it as UTF-8",
    ],
    [
      "half a character at the end",
      new Uint8Array([0x61, 0xc3]),
      "1:2: the byte 0xc3 is not UTF-8 here; save it as UTF-8",
    ],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0]), "1:1: the file is UTF-16; save it as UTF-8"],
    [
      "an open quotation mark",
      'name: "abc\n',
      "2:1: a quotation mark is opened and never closed; close it",
    ],
    [
      "a second colon",
      "name: a: b\n",
      "1:7: a colon followed by a space begins a field, and here none can begin; put the text in quotes",
    ],
    [
      "a backslash in double quotes",
      'name: "\\d"\n',
      "1:8: Invalid escape sequence \\d; put a pattern in single quotes, where a backslash is a backslash",
    ],
  ];
  for (const [name, input, expected] of cases) {
    test(name, () => expect(refusal(input)).toEqual([`p.yaml:${expected}`]));
  }
});

test("a merge key is a field like any other, and merges nothing", () => {
  expect(refusal('policy_version: "1"\n<<: { name: x }\n')).toEqual([
    'p.yaml:2:1: "<<" is not a field of a policy',
  ]);
});

test("many small patterns that are large together are refused at the one too many", () => {
  const rules = Array.from(
    { length: 4_000 },
    (_, i) =>
      `  - {id: a${i}, match: {contains: '${"\\pL".repeat(30)}x', contains_is_regex: true}, action: {type: deny}}\n`,
  );
  const problems = refusal(`policy_version: "1"\nrules:\n${rules.join("")}`);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("the patterns up to here are too large taken together");
});

test("thousands of mistakes are listed up to a bound, and the rest counted", () => {
  const problems = refusal(`policy_version: "1"\nrules:\n${"  - 1\n".repeat(3_000)}`);
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toBe("p.yaml:103:5: and 2900 more problems from here on");
});

test("more rules than allowed are refused", () => {
  const text = `policy_version: "1"\nrules:\n${"  - {}\n".repeat(limits.policyRulesMax + 1)}`;
  expect(refusal(text)).toContain("p.yaml:3:3: rules is too large; at most 5000 of them");
});
