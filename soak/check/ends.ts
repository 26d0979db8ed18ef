/** Everything ends: a process that governs a tool is gone soon after the tool is, and none is there in the end. */
import type { Checker } from "../facts.ts";

export function everythingEnds(): Checker {
  const running = new Set<string>();
  const found: string[] = [];
  return {
    name: "everything ends",
    see(fact) {
      if (fact.what === "started") running.add(fact.session);
      if (fact.what === "ended") running.delete(fact.session);
      if (fact.what === "stuck") found.push(`session ${fact.session} outlives its tool`);
    },
    end() {
      for (const session of running) found.push(`session ${session} never ended`);
    },
    violations: () => found,
  };
}
