/** How long one decision takes with 1, 100 and 1 000 rules, and how long such a policy takes to load. */
import { parseArgs } from "node:util";
import type { Policy } from "../contracts/policy.ts";
import { compilePolicy, type CompiledPolicy } from "../runtime/policy/compile.ts";
import { decide } from "../runtime/policy/decide.ts";
import { exampleFacts, shellSubject } from "../runtime/policy/examples.ts";
import type { Facts } from "../runtime/policy/match.ts";
import { parsePolicy } from "../runtime/policy/parse.ts";
import { benignCommands, benignPaths } from "../runtime/policy/presets/benign.example.ts";
import { fileSubject } from "../runtime/policy/presets/testing.ts";
import { beside, type Figure, judge, median, table, type Target } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";
import { threadNs } from "./thread-time.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const rounds = values.quick ? 4_000 : 20_000;
/** Until what only one prompt in a hundred needs is compiled like the rest. */
const warmUp = values.quick ? 4_000 : 100_000;

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

type Name = "ours" | "plain loop" | "nothing";
type Calls = Readonly<Record<Name, (facts: Facts) => unknown>>;

/** Microseconds of each call: by the clock on the wall, and of the processor by this thread alone. */
type Times = { wall: number[]; busy: number[] };

/** In turns of so many rounds: the collector and other work strike each, and none finds the caches full of another's. */
const turn = 200;

type Turn = { start: number; asked: readonly Facts[]; into: Times };

/** By one clock at a time: that of the thread is a call into the kernel, which would be a part of the other's time. */
const clocks = { wall: () => Bun.nanoseconds(), busy: threadNs } as const;

function timeTurn(
  call: (facts: Facts) => unknown,
  { start, asked, into }: Turn,
  clock: keyof Times,
): void {
  const now = clocks[clock];
  for (let round = start; round < start + turn; round++) {
    const facts = asked[(round + warmUp) % asked.length] ?? oneCommand;
    const from = now();
    call(facts);
    const spent = now() - from;
    if (round >= 0) into[clock].push(spent / 1_000);
  }
}

/** `nothing`: what the clock itself takes, which is taken off the others. */
function measure(calls: Calls, asked: readonly Facts[]): Record<Name, Times> {
  const names = ["ours", "plain loop", "nothing"] as const;
  const empty = (): Times => ({ wall: [], busy: [] });
  const times = { ours: empty(), "plain loop": empty(), nothing: empty() };
  for (let start = -warmUp; start < rounds; start += turn) {
    for (const one of names) {
      timeTurn(calls[one], { start, asked, into: times[one] }, "wall");
      timeTurn(calls[one], { start, asked, into: times[one] }, "busy");
    }
  }
  return times;
}

type Wish = { what: string; p99Max: number | null; published?: string };

function figuresOf({ what, p99Max, ...wish }: Wish, times: Record<Name, Times>): Figure[] {
  const without = (name: Name, of: keyof Times): number[] => {
    const own = median(times.nothing[of]);
    return times[name][of].map((us) => us - own);
  };
  const figure = (share: number, of: keyof Times, target: Target | null): Figure => ({
    what: `${what}, p${share * 100}${of === "busy" ? " of the processor" : ""}`,
    unit: "µs",
    ...beside(without("ours", of), ["plain loop", without("plain loop", of)], share),
    target,
    ...wish,
  });
  const target = p99Max === null ? null : ({ of: "value", atMost: p99Max } as const);
  return [
    figure(0.5, "wall", null),
    figure(0.99, "wall", target),
    // What other work on the machine does not lengthen; the collector's turns on this thread are in it.
    figure(0.99, "busy", null),
  ];
}

function loaded(text: string): { policy: Policy; hash: string } {
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

type Size = { rules: number; p99Max: number; published?: string };

const sizes: readonly Size[] = [
  { rules: 1, p99Max: 10, published: "AGT, of structured actions, p50: 11 µs" },
  { rules: 100, p99Max: 20, published: "AGT, of structured actions, p50: 30 µs" },
  { rules: 1_000, p99Max: 50 },
];

function decisions(): Figure[] {
  return sizes.flatMap(({ rules, ...wish }) => {
    const { policy, hash } = loaded(policyText(rules, (index) => index % 10 === 0));
    const compiled = compilePolicy(policy, { hash, userHome: "/home/ada" });
    const calls: Calls = { ours: deciding(compiled), "plain loop": plainLoop(policy), nothing };
    const name = `policy decision, ${rules} ${rules === 1 ? "rule" : "rules"}`;
    const figures = figuresOf({ what: name, ...wish }, measure(calls, mixture));
    if (rules > 1) return figures;
    const each = Object.entries({ ...prompts, "command again and again": [oneCommand] });
    const parts = each.flatMap(([kind, asked]) =>
      figuresOf({ what: `${name}: each a ${kind}`, p99Max: null }, measure(calls, asked)),
    );
    return [...figures, ...parts];
  });
}

/** Reading, checking and compiling a file. */
function loads(): Figure[] {
  return sizes.map(({ rules }) => {
    const text = policyText(rules, (index) => index % 10 === 0);
    const times = Array.from({ length: values.quick ? 5 : 15 }, () => {
      const from = threadNs();
      const { policy, hash } = loaded(text);
      compilePolicy(policy, { hash, userHome: "/home/ada" });
      return (threadNs() - from) / 1_000_000;
    });
    const what = `policy of ${rules} rules is loaded, median of the processor`;
    return { what, unit: "ms", ...beside(times), target: null };
  });
}

const before = load();
console.log(`${mixture.length} prompts in turn; texts of commands are read anew each time`);
console.log(
  "the plain loop: a search of compiled patterns over the same rules, which reads no shell",
);
const judged = [...decisions(), ...loads()].map(judge);
console.log(table(judged));
console.log(`load ${before} before, ${load()} after`);
if (!values.quick) keepResult("policy", { before, figures: judged });
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
