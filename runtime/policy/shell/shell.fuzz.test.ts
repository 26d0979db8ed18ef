/** Texts composed of known commands: every one is listed, whatever stands around it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readShell } from "./shell.ts";
import { options } from "./testing.ts";

type Composed = { text: string; programs: string[] };

/** Each command has a name of its own, so that none can stand in for another. */
const leaf = fc
  .tuple(fc.nat(9_999), fc.constantFrom("", " -a", " 'b c'", ' "$D"', " *.e", " >f", " <<<g"))
  .map(([number, rest]): Composed => ({ text: `p${number}${rest}`, programs: [`p${number}`] }));

const quotedForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const composed = fc.letrec<{ any: Composed }>((tie) => {
  const one = (around: (text: string) => string) =>
    tie("any").map(({ text, programs }): Composed => ({ text: around(text), programs }));
  const two = (around: (a: string, b: string) => string) =>
    fc.tuple(tie("any"), tie("any")).map(([a, b]): Composed => {
      return { text: around(a.text, b.text), programs: [...a.programs, ...b.programs] };
    });
  return {
    any: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      leaf,
      ...[";", "\n", "&&", "||", "|", "&"].map((joint) => two((a, b) => `${a} ${joint} ${b}`)),
      one((a) => `(${a})`),
      one((a) => `{ ${a}; }`),
      one((a) => `echo "x$(${a})"`),
      one((a) => `cat <(${a})`),
      one((a) => `cat <<E\n$(${a})\nE\n`),
      one((a) => `sh -c ${quotedForShell(a)}`),
      one((a) => `sudo -u root env A=1 bash -lc ${quotedForShell(a)}`),
      two((a, b) => `if ${a}; then ${b}; fi`),
      two((a, b) => `while ${a}; do ${b}; done`),
      one((a) => `for i in 1 2; do ${a}; done`),
      one((a) => `case x in (x) ${a};; esac`),
      one((a) => `A=$(${a})`),
    ),
  };
}).any;

test("every command of a composed text is listed, or the text is not read", () => {
  let read = 0;
  fc.assert(
    fc.property(composed, ({ text, programs }) => {
      const reading = readShell(text, { ...options, depthMax: 16 });
      if (!reading.ok) return;
      read += 1;
      const listed = reading.commands.map(({ program }) => program);
      expect(listed).toEqual(expect.arrayContaining(programs));
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(1_000);
});

test("any text at all gives a reading, and the same one again", () => {
  const pieces = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("$(", "`", "'", '"', "<<", "\n", "{ ")),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join("");
      expect(readShell(text, options)).toEqual(readShell(text, options));
    }),
    { numRuns: 1_000 },
  );
});
