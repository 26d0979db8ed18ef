/** An attack as data: how a request is made that must be refused, and with which problem. */
import type { ProblemName } from "../../contracts/problem.ts";
import type { UploadBatch } from "../../contracts/upload.ts";
import type { Sent, TestAgent, TestKey } from "./agent.ts";

/** What is attacked: a service that has five entries of an agent, of which more could be sent. */
export type Ground = {
  key: TestKey;
  agent: TestAgent;
  /** Another tenant's. */
  other: { key: TestKey; agent: TestAgent };
  /** The batch that would come next, and a request that would be taken. */
  next(): UploadBatch;
  honest(): Sent;
};

export type Attack = { name: string; make: (at: Ground) => Sent; refused: ProblemName };
export type Row = readonly [name: string, make: Attack["make"], refused: ProblemName];

export const attacksOf = (rows: readonly Row[]): Attack[] =>
  rows.map(([name, make, refused]) => ({ name, make, refused }));

export const changed = (sent: Sent, headers: Record<string, string>): Sent => ({
  ...sent,
  headers: { ...sent.headers, ...headers },
});

export const without = ({ headers, ...sent }: Sent, name: string): Sent => ({
  ...sent,
  headers: Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name)),
});
