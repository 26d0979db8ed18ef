/** How long a program that asks a line prompt waits for its answer, by its own clock, beside `expect` with a hand-written pattern. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askingScript, waitsIn } from "./asking.ts";
import { absent, type Bed, type Bench, governed, has, runQuietly, takeTurns } from "./bed.ts";
import { type Figure, median, percentile } from "./figure.ts";

const promptsPerSession = 4;

const answering = `log_user 1
set timeout 10
spawn -noecho bash [lindex $argv 0]
for {set i 0} {$i < ${promptsPerSession}} {incr i} { expect -re {\\[y/n\\] $}; send "y\\r" }
expect eof
`;

export const reply: Bench = {
  about: "line prompt → reply typed, in the child's clock, against expect",
  peers: ["expect"],
  async measure(bed) {
    const script = join(bed.folder, "asking.sh");
    const pattern = join(bed.folder, "answering.exp");
    writeFileSync(script, askingScript(promptsPerSession));
    writeFileSync(pattern, answering);
    const ours = governed(bed, "bash", script);
    const expect = ["expect", pattern, script];
    const results = await takeTurns(bed.quick ? 3 : 20, {
      ours: () => session(ours, bed),
      ...(has("expect") ? { expect: () => session(expect, bed) } : {}),
    });
    return figures(results["ours"] ?? [], results["expect"] ?? null);
  },
};

async function session(argv: readonly string[], bed: Bed): Promise<number[]> {
  return waitsIn(await runQuietly(argv, bed.folder), promptsPerSession);
}

type Sessions = readonly (readonly number[])[];

function figures(ours: Sessions, theirs: Sessions | null): Figure[] {
  const figure = (
    what: string,
    of: (sessions: Sessions) => number,
    target: Figure["target"],
  ): Figure => ({
    what,
    unit: "ms",
    ours: of(ours),
    peer: theirs === null ? null : { name: "expect", value: of(theirs) },
    ...(theirs === null ? { missing: absent("expect") } : {}),
    target,
    runs: ours.flat().length,
  });
  const first = (sessions: Sessions): number[] => sessions.map((one) => one[0] ?? Number.NaN);
  return [
    figure("reply, median", (s) => median(s.flat()), { of: "ratio", atMost: 10 }),
    figure("reply, p95", (s) => percentile(s.flat(), 0.95), { of: "value", atMost: 10 }),
    figure("reply, first prompt of a session, median", (s) => median(first(s)), null),
    figure("reply, worst", (s) => Math.max(...s.flat()), null),
  ];
}
