/** How long a program that asks a line prompt waits for its answer, by its own clock, beside `expect` with a hand-written pattern. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askingScript, waitsIn } from "./asking.ts";
import { absent, type Bed, type Bench, governed, has, runQuietly, takeTurns } from "./bed.ts";
import { beside, type Figure } from "./figure.ts";

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
    { of, share }: { of: (sessions: Sessions) => number[]; share: number },
    target: Figure["target"],
  ): Figure => ({
    ...{ what, unit: "ms", target },
    ...beside(of(ours), ["expect", theirs === null ? undefined : of(theirs)], share),
    ...(theirs === null ? { missing: absent("expect") } : {}),
  });
  const all = (sessions: Sessions): number[] => sessions.flat();
  const first = (sessions: Sessions): number[] => sessions.map((one) => one[0] ?? Number.NaN);
  return [
    figure("reply, median", { of: all, share: 0.5 }, { of: "ratio", atMost: 10 }),
    figure("reply, p95", { of: all, share: 0.95 }, { of: "value", atMost: 10 }),
    figure("reply, first prompt of a session, median", { of: first, share: 0.5 }, null),
    figure("reply, worst", { of: all, share: 1 }, null),
  ];
}
