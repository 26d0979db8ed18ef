/** A fleet of simulated agents, the same for the same seed: traces of days, uploaded through the service's own door. */
import { TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import { type PromptStory, type SessionStory, tell, upload } from "../../cloud/testing/story.ts";

type FleetWish = {
  agents: number;
  days: number;
  seed: number;
  /** When it ends. */
  nowMs: number;
};

export type Simulated = { agent: TestAgent; label: string };

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Mulberry32: enough for a demonstration. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Dice = () => number;

const oneOf = <T>(dice: Dice, from: readonly [T, ...T[]]): T =>
  from[Math.floor(dice() * from.length)] ?? from[0];

const tools = ["claude", "codex", "gemini", "git", "npm", "terraform"] as const;
const places = ["build", "laptop", "release", "staging"] as const;

const rules: readonly [PromptStory, ...PromptStory[]] = [
  { rule: "read-only-commands", kind: "tool_permission", reason: "it reads and changes nothing" },
  { rule: "edit-in-workspace", kind: "tool_permission", reason: "the file is in the workspace" },
  { rule: "continue-build", kind: "yes_no", reason: "a build that asks whether to go on may" },
  { rule: "keep-defaults", kind: "free_text", reason: "what is suggested is kept" },
  { rule: "run-tests", kind: "tool_permission", reason: "tests run without asking" },
];

/** `people`: how often a person is called; it falls as policy learns. */
function promptOf(dice: Dice, people: number): PromptStory {
  const roll = dice();
  if (roll < people) {
    const action = "require_human";
    if (dice() < 0.4) {
      return { action, rule: "releases-are-mine", reason: "a release is a person's", risk: "high" };
    }
    return { action, rule: null, reason: "no rule matched", kind: "confirm_enter", risk: "medium" };
  }
  if (roll < people + 0.06) {
    const reason = "nothing is deleted without a person";
    return { action: "deny", rule: "never-delete", reason, risk: "critical" };
  }
  return oneOf(dice, rules);
}

function sessionOf(dice: Dice, people: number): SessionStory {
  const prompts = Array.from({ length: 1 + Math.floor(dice() * 9) }, () => promptOf(dice, people));
  return { tool: oneOf(dice, tools), prompts };
}

/** What each of them has lived through; nothing is sent yet. */
export function simulate({ agents, days, seed, nowMs }: FleetWish): Simulated[] {
  const dice = seeded(seed);
  return Array.from({ length: agents }, (_, number) => {
    const agent = new TestAgent(undefined, nowMs - days * dayMs - hourMs);
    agent.paceMs = 1_500;
    const label = `simulated ${places[number % places.length]}-${String(number + 1).padStart(2, "0")}`;
    for (let day = 0; day < days; day += 1) liveDay(agent, dice, { day, days });
    tell(agent, { tool: oneOf(dice, tools), open: true, prompts: [rules[0]] });
    if (number % 4 === 0) {
      const waits: PromptStory = {
        ...{ action: "require_human", rule: null, outcome: null },
        reason: "no rule matched",
      };
      tell(agent, { tool: "claude", open: true, prompts: [rules[1] ?? {}, waits] });
    }
    return { agent, label };
  });
}

function liveDay(agent: TestAgent, dice: Dice, { day, days }: { day: number; days: number }): void {
  const isWeekend = day % 7 >= 5;
  const people = 0.34 - 0.2 * (day / Math.max(days, 1)) + dice() * 0.05;
  const sessions = isWeekend ? Math.floor(dice() * 2) : 1 + Math.floor(dice() * 4);
  let rested = 0;
  const before = agent.entries.length;
  for (let one = 0; one < sessions; one += 1) {
    const pause = hourMs * (1 + dice() * 3);
    rested += pause;
    agent.rest(Math.floor(pause));
    tell(agent, sessionOf(dice, people));
  }
  const written = (agent.entries.length - before) * agent.paceMs;
  agent.rest(Math.max(0, Math.floor(dayMs - rested - written)));
}

type Post = Parameters<typeof upload>[0];

export async function send(service: Post, { agent }: Simulated, key: TestKey): Promise<void> {
  await upload(service, { agent, key, from: 1 });
}
