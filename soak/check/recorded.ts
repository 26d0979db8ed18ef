/** Recorded before typed: when a program's first key goes into a question, an open claim to a prompt of that session is durable. */
import type { Checker, DurableRow, Fact } from "../facts.ts";

type Session = { claims: Set<string>; ask: string | null; typedInto: boolean };

class Recorded implements Checker {
  readonly name = "recorded before typed";
  readonly #sessions = new Map<string, Session>();
  readonly #found: string[] = [];

  see(fact: Fact): void {
    switch (fact.what) {
      case "durable":
        this.#durable(fact.row);
        return;
      case "asked":
        Object.assign(this.#of(fact.session), { ask: fact.ask, typedInto: false });
        return;
      case "got":
      case "withdrew":
        this.#of(fact.session).ask = null;
        return;
      case "tool ended":
        this.#sessions.delete(fact.session);
        return;
      case "wrote":
        if (fact.hand === "program") this.#typed(this.#of(fact.session));
        return;
      default:
    }
  }

  violations(): string[] {
    return this.#found;
  }

  #durable({ kind, session_id: id, prompt_id: prompt }: DurableRow): void {
    if (id === null || prompt === null) return;
    if (kind === "reply.injected") this.#of(id).claims.add(prompt);
    if (kind === "prompt.closed") this.#of(id).claims.delete(prompt);
  }

  /** What follows the first key is the rest of the same reply. */
  #typed(session: Session): void {
    if (session.ask === null || session.typedInto) return;
    session.typedInto = true;
    const [claim] = session.claims;
    if (claim !== undefined) session.claims.delete(claim);
    else this.#found.push(`${session.ask} was typed into, and no entry says so yet`);
  }

  #of(id: string): Session {
    const known = this.#sessions.get(id) ?? { claims: new Set(), ask: null, typedInto: false };
    this.#sessions.set(id, known);
    return known;
  }
}

export function recordedBeforeTyped(): Checker {
  return new Recorded();
}
