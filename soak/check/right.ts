/** The right prompt, in the right session: a program answers only what policy lets it answer, and with that very word. */
import type { Checker } from "../facts.ts";

export function rightPrompt(): Checker {
  const open = new Map<string, { ask: string; takes: string | null }>();
  const found: string[] = [];
  return {
    name: "right prompt",
    see(fact) {
      if (fact.what === "asked") open.set(fact.session, fact);
      if (fact.what !== "got") return;
      const asked = open.get(fact.session);
      open.delete(fact.session);
      if (fact.hand === "person") return;
      const wanted = asked?.ask === fact.ask ? asked.takes : null;
      if (wanted === fact.answer) return;
      const should =
        wanted === null ? "a person had to answer" : `it takes ${JSON.stringify(wanted)}`;
      found.push(`${fact.ask} was told ${JSON.stringify(fact.answer)}, and ${should}`);
    },
    violations: () => found,
  };
}
