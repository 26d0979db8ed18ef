/** How long one decision takes with 1, 100 and 1 000 rules, and how long such a policy takes to load. */
import type { Policy } from "../contracts/policy.ts";
import { compilePolicy, type CompiledPolicy } from "../runtime/policy/compile.ts";
import { decide } from "../runtime/policy/decide.ts";
import { exampleFacts, shellSubject } from "../runtime/policy/examples.ts";
import type { Facts } from "../runtime/policy/match.ts";
import { parsePolicy } from "../runtime/policy/parse.ts";
import { benignCommands, benignPaths } from "../runtime/policy/presets/benign.example.ts";
import { fileSubject } from "../runtime/policy/presets/testing.ts";

const rounds = 20_000;
const warmUp = 10_000;

/** Rules that all must be looked at: only the last one matches. A share of them are patterns. */
function policyText(rules: number, patternsOf: (index: number) => boolean): string {
  const lines = Array.from({ length: rules - 1 }, (_, index) => {
    const text = patternsOf(index)
      ? `'(delete|drop|push) step-${index} of \\d+', contains_is_regex: true`
      : `"step-${index} of the plan"`;
    return `  - id: rule-${index}
    match: { tool_id: claude, prompt_type: [yes_no, multiple_choice], contains: ${text} }
    action: { type: deny }
`;
  });
  const last = '  - { id: last, match: {}, action: { type: auto_reply, value: "y" } }\n';
  return `policy_version: "1"\nrules:\n${lines.join("")}${last}`;
}

const about = (prompt: Parameters<typeof exampleFacts>[0]): Facts =>
  exampleFacts({ question: "Claude wants to do this in /home/ada/src. Proceed?", ...prompt });

const questions = [
  "Continue? [y/n]",
  "Overwrite notes.txt?",
  "Use TypeScript?",
  "Package name: (a)",
];
const isList = (command: string): boolean => /[;&|<>$`(]/.test(command);

/** What tools ask on an ordinary day; `mixture` is all of it, with as many plain questions as there are files. */
const prompts = {
  question: questions.map((question) => about({ question })),
  command: benignCommands
    .filter((command) => !isList(command))
    .map((command) => about({ subject: shellSubject(command) })),
  "list of commands": benignCommands
    .filter(isList)
    .map((command) => about({ subject: shellSubject(command) })),
  file: benignPaths.map((path) => about({ subject: fileSubject("file_edit", path) })),
} satisfies Record<string, readonly Facts[]>;
const mixture = [...Object.values(prompts), prompts.question, prompts.question].flat();

/** The least that an evaluator could do: a search per rule by the engine's own patterns, and no explanation. */
function plainLoop({ rules }: Policy): (facts: Facts) => unknown {
  const tests = rules.map(({ id, match: { contains, contains_is_regex: isPattern } }) => {
    const source = isPattern ? contains : contains?.replace(/[^A-Za-z0-9 ]/g, "\\$&");
    return { id, pattern: new RegExp(source ?? "", "i") };
  });
  return ({ prompt }) => {
    const text = `${prompt.question}\n${prompt.subject?.command ?? ""}`;
    for (const { id, pattern } of tests) if (pattern.test(text)) return id;
    return null;
  };
}

type Calls = Readonly<Record<"ours" | "plain loop" | "nothing", (facts: Facts) => unknown>>;

/** In turns of so many rounds: the collector and other work strike each, and none finds the caches full of another's. */
const turn = 200;

type Turn = { start: number; asked: readonly Facts[]; into: Float64Array };

function timeTurn(call: (facts: Facts) => unknown, { start, asked, into }: Turn): void {
  for (let round = start; round < start + turn; round++) {
    const facts = asked[(round + warmUp) % asked.length] ?? oneCommand;
    const from = Bun.nanoseconds();
    call(facts);
    const spent = Bun.nanoseconds() - from;
    if (round >= 0) into[round] = spent;
  }
}

/** `nothing`: what the clock itself sees. */
function measure(name: string, calls: Calls, asked: readonly Facts[]): void {
  const names = ["ours", "plain loop", "nothing"] as const;
  const times = names.map(() => new Float64Array(rounds));
  let busy = 0;
  for (let start = -warmUp; start < rounds; start += turn) {
    for (const [at, one] of names.entries()) {
      const all = times[at] ?? new Float64Array(0);
      const before = process.cpuUsage();
      timeTurn(calls[one], { start, asked, into: all });
      const { user, system } = process.cpuUsage(before);
      if (one === "ours" && start >= 0) busy += user + system;
    }
  }
  const [ours, theirs, nothing] = times.map((all) => all.toSorted());
  const at = (all: Float64Array | undefined, share: number): number =>
    (all?.[Math.floor(rounds * share)] ?? 0) / 1_000;
  const say = (share: number): string =>
    `${at(ours, share).toFixed(1).padStart(6)} µs (× ${(at(ours, share) / at(theirs, share)).toFixed(2)})`;
  const clock = at(nothing, 0.99).toFixed(2);
  // With the collector's and the compiler's work, and without what others do on the machine.
  const mean = (busy / rounds).toFixed(1);
  console.log(
    `${name.padEnd(36)} p50 ${say(0.5)}   p90 ${say(0.9)}   p99 ${say(0.99)}   processor ${mean} µs   nothing p99 ${clock} µs`,
  );
}

function load(text: string): { policy: Policy; hash: string } {
  const parsed = parsePolicy(text, "bench.yaml");
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message ?? "not a policy");
  return parsed;
}

/** A prompt is decided upon once: nothing that was found out about it may be kept for the next round. */
const deciding = (compiled: CompiledPolicy) => (facts: Facts) =>
  decide({ ...facts, prompt: { ...facts.prompt } }, compiled);

const oneCommand = exampleFacts({
  question: "Claude wants to run this command in /home/ada/src. Do you want to proceed?",
  subject: shellSubject("bun test runtime/policy --coverage --timeout 5000"),
});
const nothing = (): null => null;

console.log(`${mixture.length} prompts in turn; texts of commands are read anew each time`);
console.log("in brackets: against a plain loop of compiled patterns over the same rules, in turns");
for (const rules of [1, 100, 1_000]) {
  for (const [kind, patternsOf] of [
    ["texts", () => false],
    ["1 pattern in 10", (index: number) => index % 10 === 0],
  ] as const) {
    const { policy, hash } = load(policyText(rules, patternsOf));
    const compiled = compilePolicy(policy, { hash, userHome: "/home/ada" });
    const calls: Calls = { ours: deciding(compiled), "plain loop": plainLoop(policy), nothing };
    measure(`decide, ${rules} rules, ${kind}`, calls, mixture);
    if (rules > 1) continue;
    for (const [name, asked] of Object.entries(prompts)) measure(`  each a ${name}`, calls, asked);
    measure("  one command again and again", calls, [oneCommand]);
    if (kind === "texts") break;
  }
}

/** Wall time, and processor time, which other work on the machine does not lengthen. */
for (const rules of [1, 100, 1_000]) {
  const text = policyText(rules, (index) => index % 10 === 0);
  const times = Array.from({ length: 15 }, () => {
    const [from, before] = [Bun.nanoseconds(), process.cpuUsage()];
    const { policy, hash } = load(text);
    compilePolicy(policy, { hash, userHome: "/home/ada" });
    const { user, system } = process.cpuUsage(before);
    return { wall: (Bun.nanoseconds() - from) / 1_000_000, busy: (user + system) / 1_000 };
  });
  const middle = (key: "wall" | "busy"): string =>
    (times.map((one) => one[key]).toSorted((a, b) => a - b)[7] ?? 0).toFixed(1);
  const size = `${rules} rules (${(text.length / 1_024).toFixed(0)} KiB)`;
  const first = (times[0]?.wall ?? 0).toFixed(1);
  console.log(
    `load, ${size}: first ${first} ms, median ${middle("wall")} ms, of the processor ${middle("busy")} ms`,
  );
}
