/** What happens in a world, as those tell it who are no part of the product: tools, disks, tables. Checkers know nothing else. */

/** Who wrote to a tool's input. The world knows a person's keys because it is the one that presses them. */
export type Hand = "person" | "program";

/** An entry as it lies in a trace's file, durable. */
export type DurableRow = {
  seq: number;
  kind: string;
  session_id: string | null;
  prompt_id: string | null;
  bytes: number;
};

export type Fact =
  | { what: "started"; machine: string; session: string }
  /** A tool has begun to wait for an answer. `takes`: what a program may answer; null: only a person may. */
  | { what: "asked"; machine: string; session: string; ask: string; takes: string | null }
  /** It has taken an answer for this question. */
  | { what: "got"; machine: string; session: string; ask: string; hand: Hand; answer: string }
  /** It has stopped waiting for one, without. */
  | { what: "withdrew"; machine: string; session: string; ask: string }
  /** Something was typed while it asked nothing, and was thrown away. */
  | { what: "surplus"; machine: string; session: string; hand: Hand; answer: string }
  /** It has waited longer than any person stays away. */
  | { what: "neglected"; machine: string; session: string; ask: string }
  /** Told before the bytes are taken, so that what is durable can be looked at as it was. */
  | { what: "wrote"; machine: string; session: string; hand: Hand; bytes: number }
  /** The tool is no more, and its terminal is closed. */
  | { what: "tool ended"; machine: string; session: string }
  /** The process that governed it has ended: by itself, or killed. */
  | { what: "ended"; machine: string; session: string; how: "by itself" | "killed" }
  /** It still has not, long after its tool did. */
  | { what: "stuck"; machine: string; session: string }
  | { what: "durable"; machine: string; row: DurableRow }
  /** What was sent over the network, as text. */
  | { what: "sent"; machine: string; text: string }
  /** A quantity that has a bound. */
  | { what: "measured"; machine: string; name: string; value: number; max: number };

/** A row of a tenant's table. */
export type TenantRow = {
  tenant: string;
  agent: string;
  seq: number;
  hash: string;
  /** The entry as it was stored: what its hash is over, and its MAC. */
  entry: Record<string, unknown>;
  mac: string;
};

/** An entry of a trace, as its file says. */
export type TraceRow = { seq: number; hash: string; entry: Record<string, unknown> };

/** What is found when all is over. */
export type Remains = {
  machines: {
    name: string;
    tenant: string;
    agent: string;
    secret: string;
    trace: TraceRow[];
    /** The trace's own check by the product, in words; empty: it is whole. */
    verdict: string[];
  }[];
  rows: TenantRow[];
};

/** One thing that must be true, watched by somebody who knows nothing of how it is brought about. */
export type Checker = {
  name: CheckerName;
  see?(fact: Fact, atMs: number): void;
  end?(remains: Remains): void;
  violations(): readonly string[];
};

export const checkerNames = [
  "recorded before typed",
  "once",
  "right prompt",
  "no prompt lost",
  "chain unbroken",
  "nothing lost, nothing twice",
  "tenants apart",
  "metadata only",
  "bounded",
  "everything ends",
] as const;
export type CheckerName = (typeof checkerNames)[number];
