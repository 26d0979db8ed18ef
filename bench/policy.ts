/** How long one decision takes with 1, 100 and 1 000 rules, and how long such a policy takes to load. */
import { type Policy, policy as policySchema } from "../contracts/policy.ts";
import { compilePolicy } from "../runtime/policy/compile.ts";
import { decide } from "../runtime/policy/decide.ts";
import { exampleFacts, shellSubject } from "../runtime/policy/examples.ts";
import type { Facts } from "../runtime/policy/match.ts";
import { parsePolicy } from "../runtime/policy/parse.ts";

const rounds = 20_000;
const warmUp = 2_000;

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

const facts = exampleFacts({
  question: "Claude wants to run this command in /home/ada/src. Do you want to proceed?",
  subject: shellSubject("bun test runtime/policy --coverage --timeout 5000"),
});

/** The least that an evaluator could do: a lower-case search per rule, and no explanation. */
function baseline({ rules }: Policy, { prompt }: Facts): string | null {
  const text = `${prompt.question}\n${prompt.subject?.command ?? ""}`.toLowerCase();
  for (const { id, match } of rules) {
    if (match.contains === undefined || text.includes(match.contains)) return id;
  }
  return null;
}

function measure(name: string, call: () => unknown): void {
  for (let round = 0; round < warmUp; round++) call();
  const times = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    const from = Bun.nanoseconds();
    call();
    times[round] = Bun.nanoseconds() - from;
  }
  times.sort();
  const at = (share: number) => ((times[Math.floor(rounds * share)] ?? 0) / 1_000).toFixed(1);
  console.log(`${name.padEnd(44)} p50 ${at(0.5).padStart(7)} µs   p99 ${at(0.99).padStart(7)} µs`);
}

function load(text: string): { policy: Policy; hash: string } {
  const parsed = parsePolicy(text, "bench.yaml");
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message ?? "not a policy");
  return parsed;
}

for (const rules of [1, 100, 1_000]) {
  for (const [kind, patternsOf] of [
    ["texts", () => false],
    ["1 pattern in 10", (index: number) => index % 10 === 0],
  ] as const) {
    const { policy, hash } = load(policyText(rules, patternsOf));
    const compiled = compilePolicy(policy, { hash, userHome: "/home/ada" });
    measure(`decide, ${rules} rules, ${kind}`, () => decide(facts, compiled));
    if (kind === "texts") measure(`  baseline loop, ${rules} rules`, () => baseline(policy, facts));
  }
}

for (const rules of [1, 100, 1_000]) {
  const text = policyText(rules, (index) => index % 10 === 0);
  const times = Array.from({ length: 15 }, () => {
    const from = Bun.nanoseconds();
    const { policy, hash } = load(text);
    compilePolicy(policySchema.parse(policy), { hash, userHome: "/home/ada" });
    return (Bun.nanoseconds() - from) / 1_000_000;
  });
  const first = times[0] ?? 0;
  const middle = times.toSorted((a, b) => a - b)[7] ?? 0;
  console.log(
    `load, ${rules} rules (${(text.length / 1_024).toFixed(0)} KiB): first ${first.toFixed(1)} ms, median ${middle.toFixed(1)} ms`,
  );
}
