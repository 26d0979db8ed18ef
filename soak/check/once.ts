/** Once: no prompt is claimed twice, and nothing that a program typed is left over when its question has been answered. */
import type { Checker } from "../facts.ts";

export function once(): Checker {
  const claimed = new Set<string>();
  const answered = new Set<string>();
  const found: string[] = [];
  return {
    name: "once",
    see(fact) {
      if (fact.what === "durable" && fact.row.kind === "reply.injected") {
        const id = String(fact.row.prompt_id);
        if (claimed.has(id)) found.push(`prompt ${id} was claimed twice`);
        claimed.add(id);
      }
      if (fact.what === "got" && fact.hand === "program") {
        if (answered.has(fact.ask)) found.push(`${fact.ask} was answered twice`);
        answered.add(fact.ask);
      }
      if (fact.what === "surplus" && fact.hand === "program") {
        found.push(
          `session ${fact.session}: ${JSON.stringify(fact.answer)} was typed, and not asked for`,
        );
      }
    },
    violations: () => found,
  };
}
