/** The quick reader of YAML against the careful one: where it answers, every value and place is the same. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readDocument } from "./document.ts";
import { readPlainDocument } from "./quick-document.ts";

const runsOf = (plain: number): number => Number(Bun.env["ATLASBRIDGE_FUZZ_RUNS"] ?? plain);
const timeoutMs = 60_000 + runsOf(0) * 20;

const policies = [
  `policy_version: "2"
# a comment
name: one # another
defaults: { no_match: require_human, low_confidence: deny }
rules:
  - id: a
    description: >-
      Several lines
      of text.
    match:
      tool_id: claude
      command: [git push **, "ls *", 'it''s']
      path:
      - ./src/**
      - "**/*.ts"
      contains: |
        a: b
          c
    action: { type: auto_reply, value: "y\\n\\x41" }
    max_auto_replies: 12

  - id: b
    match: {}
    action: {type: deny, reason: no way}
`,
  'a: b\n"c d": [1, 0x1f, -2, 1.5, .inf, ~, null, true, False, yes, 1e3, 0o7, 007, 1_0]\ne:\nf:\n  - - x\n    - y\n  -\n  - z\n',
  "- a: plain text\n    over lines\n  b: 'single ''quoted'\n- \"double\"\n- c: |+\n    kept\n\n- d: >-\n     x\n",
  "a:\n  b: {d: [e, f], g: h, j: , k: {l: [m], n: 'o'}}\n  'p q': [\n    r,\n    s ]\nt: u # v\n",
  "x: http://a.example:80/#b\ny: a#b\nz: -a\nw: *\nv: [a, b,]\n",
  '- "double \\\n  joined"\n- ? a\n  : b\n',
];
const scraps = [
  ...[
    "\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    ":",
    ": ",
    "- ",
    "? ",
    "#",
    " #",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
  ],
  ...[
    ",",
    "|",
    ">",
    "|2",
    ">-",
    "&a ",
    "*a",
    "!t ",
    "!!str ",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "<<: ",
  ],
  ...[
    "\\",
    "\\u0041",
    "\\ud800",
    "\\z",
    "a",
    "1",
    "-1",
    "0x",
    ".5",
    "~",
    "null",
    "true",
    "\ufeff",
    "\u0085",
  ],
  ...[
    "\u2028",
    "\0",
    "\ud800",
    "é",
    "😀",
    "a: b\n",
    "\n  c: d",
    "\n- e",
    "@",
    "`",
    "=",
    "\n\n",
    "\b",
  ],
];

const mutated = fc
  .tuple(
    fc.constantFrom(...policies),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("", ...scraps), fc.nat(3)), { maxLength: 4 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [at, scrap, less]) => {
      const place = at % (changed.length + 1);
      return changed.slice(0, place) + scrap + changed.slice(place + less);
    }, text),
  );
const heap = fc
  .array(fc.constantFrom(...scraps, "a", "b"), { maxLength: 12 })
  .map((parts) => parts.join(""));

for (const [name, texts, runs] of [
  ["changed policies", mutated, 3_000],
  ["heaps of scraps", heap, 3_000],
] as const) {
  test(
    `${name} are read in the same way, or with care`,
    () => {
      let quick = 0;
      const property = fc.property(texts, (text) => {
        const root = readPlainDocument(text);
        if (root === null) return;
        quick += 1;
        const careful: unknown = readDocument(text);
        expect(careful).toEqual({ ok: true, root, faults: [] });
      });
      fc.assert(property, { numRuns: runsOf(runs) });
      expect(quick).toBeGreaterThan(runsOf(runs) / 50);
    },
    timeoutMs,
  );
}

test("plain policies are read quickly", () => {
  const quick = policies.map((text) => readPlainDocument(text) !== null);
  expect(quick).toEqual([true, false, true, true, false, false]);
});
