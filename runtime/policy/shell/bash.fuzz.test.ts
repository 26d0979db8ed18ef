/** Against a real bash: whatever it runs for a text that was read is one of the commands that were listed. */
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { found } from "./commands.example.ts";
import { readShell } from "./shell.ts";
import { allows, openBash, options } from "./testing.ts";

const bash = openBash();
afterAll(() => bash?.close());

/** What bash ran and was not listed, and whether it takes the text at all; null where nothing was read. */
function compare(text: string) {
  const reading = readShell(text, options);
  if (!reading.ok || bash === null) return null;
  const unlisted = bash
    .run(text)
    .filter((run) => !reading.commands.some((command) => allows(command, run)));
  return { text, unlisted, accepted: bash.accepts(text) };
}

const agreed = (text: string) => ({ text, unlisted: [], accepted: true });

/** Runs of each property; a search for more takes a number from outside. */
const runsOf = (plain: number): number => Number(Bun.env["ATLASBRIDGE_FUZZ_RUNS"] ?? plain);

/** One way to write each word; the program is always of the known ones. */
const commands = [
  ...["aa", "bb -r x", "cc 'a b'", 'dd "$X"', "e''e", '"f"f', "g\\g", "$'\\x68h'", "A=1 ii"],
  ...["jj a\\ b", 'kk "a\\"b$Y"', "ll {a,b}", "mm *", "nn a{}b", "oo ~", "pp >f 2>&1", "qq <<<z"],
  ...["rr $((1+2)) ${X:-a}", "ss a#b", "tt \\\n u", "u\\\nu", "cat <<E\n$(vv)\nE\n", "ww =x $#"],
  ...["cat <<'E'\n$(no)`\"\nE\n", "! xx", "time yy", "echo a", "[ -f x ]", "zz 'a\nb' \"c\nd\""],
];

const leaf = fc.constantFrom(...commands);

const composed = fc.letrec<{ text: string }>((tie) => {
  const inner = tie("text");
  const two = fc.tuple(inner, inner);
  return {
    text: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      two.map(([a, b]) => `${a}; ${b}`),
      two.map(([a, b]) => `${a}\n${b}`),
      two.map(([a, b]) => `${a} && ${b}`),
      two.map(([a, b]) => `${a} || ${b}`),
      two.map(([a, b]) => `${a} | ${b}`),
      two.map(([a, b]) => `${a} |& ${b}`),
      two.map(([a, b]) => `${a} & ${b}`),
      inner.map((a) => `( ${a} )`),
      inner.map((a) => `{ ${a}\n} >g`),
      inner.map((a) => `mm "$(${a})" b`),
      inner.map((a) => `nn $(${a})`),
      inner.map((a) => `A=$(${a}) oo`),
      inner.map((a) => `cat <(${a}\n)`),
      inner.map((a) => `cat <<E\nx "$(${a})"\nE\n`),
      two.map(([a, b]) => `if ${a}\nthen ${b}\nfi`),
      two.map(([a, b]) => `if ${a}\nthen b\nelif ${b}\nthen c\nelse d\nfi`),
      inner.map((a) => `for i in a "$X"; do ${a}\ndone`),
      inner.map((a) => `case $X in (y) b;; (x*) ${a}\n;; esac`),
      inner.map((a) => `pp # ${"'"}\n${a}`),
      inner.map((a) => `time ${a}`),
      inner.map((a) => `! ${a}`),
      two.map(([a, b]) => `while ${a}\ndo ${b}\nbreak\ndone`),
      inner.map((a) => `aa "$X" "\`${a}\`"`),
      inner.map((a) => `bb <<-E\n\t$(${a})\n\tE\n`),
      inner.map((a) => `cc <<<"$(${a})"`),
      inner.map((a) => `dd >"$(${a})"`),
      inner.map((a) => `ee > >(${a}\n)`),
      two.map(([a, b]) => `ff $(${a}\n)$(${b}\n)x`),
      inner.map((a) => `[[ "$(${a}\n)" == x* ]]`),
      two.map(([a, b]) => `select i in a; do ${a}\n${b}\nbreak\ndone`),
      inner.map((a) => `A=(x "$(${a}\n)")`),
      inner.map((a) => `gg "${"$"}{X:-y}$(${a}\n)"`),
      inner.map((a) => `cat <<E1 <<'E2'\n$(${a}\n)\nE1\n$(no)\nE2\n`),
    ),
  };
}).text;

const scraps = [
  ...["'", '"', "`", "$", "\\", "#", "=", "~", "\n", "\t", " ", "(", ")", "{", "}", "[", "]", "*"],
  ...["!", "<", ">", "&", "|", ";", "$(", "${", "))", "((", "<<E", "\nE\n", "1", "2>", "$'", "&>"],
  ...["<(", "\\\n", "$X", " if ", " then ", " fi ", " do ", " done", " esac ", " in ", "A=", " # "],
];

/** A composed text with one thing in it that does not belong there, or one thing missing. */
const damaged = fc
  .tuple(composed, fc.constantFrom(...scraps, ""), fc.nat(), fc.nat(2))
  .map(([text, scrap, at, less]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + scrap + text.slice(place + less);
  });

const soup = fc
  .array(fc.oneof(leaf, fc.constantFrom(...scraps), fc.constantFrom("a", " b ")), { maxLength: 12 })
  .map((parts) => parts.join(""));

// Skipped where there is no bash to ask.
describe.skipIf(bash === null)("bash runs nothing that is not listed", () => {
  for (const text of found) {
    test(JSON.stringify(text), () => {
      expect(compare(text)).toMatchObject({ unlisted: [] });
    });
  }

  test("bash runs what these texts hide, so that the comparison means something", () => {
    expect(bash?.run("A=1 r''m -rf \"$X\" $(echo a)")).toEqual([
      ["echo", "a"],
      ["rm", "-rf", "x y"],
    ]);
  });

  for (const [name, texts, runs] of [
    ["composed texts", composed, 250],
    ["damaged texts", damaged, 400],
    ["heaps of scraps", soup, 400],
  ] as const) {
    test(
      name,
      () => {
        fc.assert(
          fc.property(texts, (text) => {
            const compared = compare(text);
            if (compared !== null) expect(compared).toEqual(agreed(text));
          }),
          { numRuns: runsOf(runs) },
        );
      },
      60_000 + runsOf(runs) * 100,
    );
  }
});
