/** Bounded: what has a limit stays below it. */
import type { Checker } from "../facts.ts";

export function bounded(): Checker {
  const found: string[] = [];
  return {
    name: "bounded",
    see(fact) {
      if (fact.what !== "measured" || fact.value <= fact.max) return;
      found.push(`${fact.machine}: ${fact.value} ${fact.name}, at most ${fact.max}`);
    },
    violations: () => found,
  };
}
