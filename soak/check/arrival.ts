/** Nothing lost, nothing twice: what lies in the trace lies in the tables, each entry once, and nothing else does. */
import type { Checker } from "../facts.ts";

export function nothingLostNothingTwice(): Checker {
  const found: string[] = [];
  return {
    name: "nothing lost, nothing twice",
    end({ machines, rows }) {
      const byAgent = Map.groupBy(rows, ({ agent }) => agent);
      for (const { name, agent, trace } of machines) {
        const count = new Map<string, number>();
        for (const { seq, hash } of byAgent.get(agent) ?? []) {
          const key = `${seq} ${hash}`;
          count.set(key, (count.get(key) ?? 0) + 1);
        }
        for (const { seq, hash } of trace) {
          const here = count.get(`${seq} ${hash}`) ?? 0;
          if (here !== 1) found.push(`entry ${seq} of ${name} is there ${here} times`);
          count.delete(`${seq} ${hash}`);
        }
        for (const key of count.keys()) found.push(`${name} never wrote entry ${key}`);
        byAgent.delete(agent);
      }
      for (const agent of byAgent.keys()) found.push(`nobody is agent ${agent}`);
    },
    violations: () => found,
  };
}
