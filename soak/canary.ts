/** Planted faults, one for each checker: a checker that lets its own pass would let a real one pass as well. */
import type { Decision } from "../contracts/decision.ts";
import type { Prompt } from "../contracts/prompt.ts";
import type { SessionOptions, SessionParts } from "../runtime/session/parts.ts";
import type { CheckerName, TenantRow } from "./facts.ts";
import type { Act, AskHow, Plan } from "./plan.ts";
import { machines } from "./plan.ts";
import { runPlan } from "./run-plan.ts";
import type { WorldOptions, WorldResult } from "./world.ts";

export type Canary = {
  plants: string;
  /** The one that must find it, and no other. */
  found: CheckerName;
  changed: Pick<WorldOptions, "tamper" | "shelve">;
};

function inParts(change: (parts: SessionParts) => Partial<SessionParts>): Canary["changed"] {
  return { tamper: (parts, options) => ({ parts: { ...parts, ...change(parts) }, options }) };
}

function deciding(change: (decision: Decision, prompt: Prompt) => Decision): Canary["changed"] {
  return inParts(({ decide }) => ({
    decide: (prompt, state) => change(decide(prompt, state), prompt),
  }));
}

const typesTwice = inParts(({ startPty }) => ({
  async startPty(command, listener) {
    const pty = await startPty(command, listener);
    const write = pty.write.bind(pty);
    pty.write = (bytes) => {
      write(bytes);
      // A person's keys come one by one.
      if (bytes.length > 1) write(bytes);
    };
    return pty;
  },
}));

const overlooks = inParts(({ detect }) => ({
  detect(snapshot, evidence) {
    const seen = detect(snapshot, evidence);
    const isMissed = seen.state === "waiting" && seen.prompt.question.includes("Size of");
    return isMissed ? { state: "working", why: "planted" } : seen;
  },
}));

/** What claims a prompt is written a moment later, or with whatever is written next: in its order, but after the key. */
const typesFirst = inParts(({ store, clock }) => {
  const waiting: (() => void)[] = [];
  const flush = (): void => {
    for (const write of waiting.splice(0)) write();
  };
  const append: typeof store.append = (drafts, options) => {
    flush();
    if (options.claim === undefined) return store.append(drafts, options);
    waiting.push(() => store.append(drafts, options));
    clock.after(5, flush);
    return [];
  };
  const waitAtMost: typeof store.waitAtMost = (busyMs) => store.waitAtMost(busyMs);
  return { store: Object.assign(Object.create(store) as typeof store, { append, waitAtMost }) };
});

const hoardsTimers = inParts(({ decide, clock }) => ({
  decide(prompt, state) {
    for (let count = 0; count < 40; count += 1) clock.after(86_400_000, () => undefined);
    return decide(prompt, state);
  },
}));

const neverDrains = {
  tamper: (parts: SessionParts, options: SessionOptions) => ({
    parts,
    options: {
      ...options,
      rim: { ...options.rim, drained: () => new Promise<void>(() => undefined) },
    },
  }),
};

const shelving = (change: (row: TenantRow) => TenantRow[]): Canary["changed"] => ({
  shelve: (row) => (row.seq === 7 && row.tenant === "north" ? change(row) : [row]),
});

export const canaries: readonly Canary[] = [
  { plants: "a reply is typed twice", found: "once", changed: typesTwice },
  { plants: "a prompt is overlooked", found: "no prompt lost", changed: overlooks },
  { plants: "typed first, recorded then", found: "recorded before typed", changed: typesFirst },
  {
    plants: "another answer than policy's",
    found: "right prompt",
    changed: deciding((said) => (said.value === "red" ? { ...said, value: "blue" } : said)),
  },
  {
    plants: "a broken chain is accepted",
    found: "chain unbroken",
    changed: shelving((row) => [{ ...row, entry: { ...row.entry, at: 1 } }]),
  },
  {
    plants: "a row is stored twice",
    found: "nothing lost, nothing twice",
    changed: shelving((row) => [row, row]),
  },
  {
    plants: "a row goes to another tenant",
    found: "tenants apart",
    changed: shelving((row) => [{ ...row, tenant: "south" }]),
  },
  {
    plants: "a reason that quotes the question",
    found: "metadata only",
    changed: deciding((said, { question }) => ({ ...said, reason: question })),
  },
  { plants: "timers that are never cancelled", found: "bounded", changed: hoardsTimers },
  {
    plants: "it waits for ever when its tool has ended",
    found: "everything ends",
    changed: neverDrains,
  },
];

const asks: readonly AskHow[] = ["continue", "colour", "size", "overwrite", "dialog", "continue"];

/** A short, quiet day: what goes wrong in it was planted. */
export function quietPlan(seed = 1): Plan {
  const acts = asks.map((how): Act => {
    return { do: "ask", how, times: 1, patienceMs: null, repaintMs: null, dies: null };
  });
  const sessions = [...machines.keys()].map((machine) => {
    return { machine, atMs: 1_000 * machine, acts, typesMs: [], resizesMs: [], personMs: 5_000 };
  });
  return { seed, days: 0.5, sessions, faults: [] };
}

export function runCanary({ changed }: Pick<Canary, "changed">): WorldResult {
  return runPlan(quietPlan(), changed);
}
