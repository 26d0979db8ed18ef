/** What the entries tell, apart from the chain: each prompt typed into and closed once, each session ended once. */
import type { TraceFault } from "../../contracts/views.ts";
import type { ClaimRow, EntryRow } from "./sqlite-rows.ts";

type PromptState = { sessionId: string | null; closedAt: number; injectedAt: number };

const none: TraceFault[] = [];

export class Story {
  sessions = 0;
  prompts = 0;
  replies = 0;
  readonly #prompts = new Map<string, PromptState>();
  /** Number of the end entry of each session that has one; 0 while it has none. */
  readonly #sessions = new Map<string, number>();
  readonly #open = new Map<string, number>();
  /** Some entries are not here: what was never seen to begin may have begun there. */
  #hasGaps = false;

  /** The next entry, which has the form of its kind. Returns what is wrong with it in the light of those before. */
  tell(
    { seq, kind, session_id: session }: Pick<EntryRow, "seq" | "kind" | "session_id">,
    prompt: string | null,
  ): TraceFault[] {
    if (kind === "session.started") return this.#started(seq, session);
    if (kind === "session.ended") return this.#ended(seq, session);
    if (prompt === null) return none;
    if (kind === "prompt.detected") return this.#detected(seq, prompt, session);
    if (kind === "reply.injected") return this.#injected(seq, prompt);
    if (kind === "prompt.closed") return this.#closed(seq, prompt);
    return none;
  }

  /**
   * After the last entry. `checked` is its number, `newest` the trace's head once the claims had been read, so that
   * claims made while we were reading are not held against the trace.
   */
  finish(claims: readonly ClaimRow[], seen: { checked: number; newest: number }): TraceFault[] {
    return [...this.#neverClosed(), ...this.#claimFaults(claims, seen)];
  }

  /** Sessions that have no end, with the number of their start. */
  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  /** What comes next does not follow what was told: entries in between lie elsewhere. */
  skip(): void {
    this.#hasGaps = true;
  }

  #started(seq: number, id: string | null): TraceFault[] {
    if (id === null) return [fault(seq, "session", "a session started without an id")];
    if (this.#sessions.has(id)) return [fault(seq, "session", `session ${id} started twice`)];
    this.#sessions.set(id, 0);
    this.#open.set(id, seq);
    this.sessions += 1;
    return none;
  }

  #ended(seq: number, id: string | null): TraceFault[] {
    const seen = id === null ? undefined : this.#sessions.get(id);
    const before = seen ?? (this.#hasGaps ? 0 : undefined);
    if (id === null || before === undefined) {
      return [fault(seq, "session", `session ${id ?? "(none)"} ended but never started`)];
    }
    if (before !== 0) {
      return [fault(seq, "ended_twice", `session ${id} had ended already in entry ${before}`)];
    }
    this.#sessions.set(id, seq);
    this.#open.delete(id);
    return none;
  }

  #detected(seq: number, id: string, sessionId: string | null): TraceFault[] {
    if (this.#prompts.has(id)) return [fault(seq, "prompt", `prompt ${id} was detected twice`)];
    this.#prompts.set(id, { sessionId, closedAt: 0, injectedAt: 0 });
    this.prompts += 1;
    return none;
  }

  #injected(seq: number, id: string): TraceFault[] {
    const prompt = this.#promptOf(id);
    this.replies += 1;
    if (prompt === undefined) return [fault(seq, "prompt", `prompt ${id} was never detected`)];
    if (prompt.injectedAt !== 0) {
      const message = `prompt ${id} had its reply already in entry ${prompt.injectedAt}`;
      return [fault(seq, "injected_twice", message)];
    }
    prompt.injectedAt = seq;
    if (prompt.closedAt === 0) return none;
    const message = `prompt ${id} got a reply after it was closed in entry ${prompt.closedAt}`;
    return [fault(seq, "prompt", message)];
  }

  #promptOf(id: string): PromptState | undefined {
    if (this.#hasGaps && !this.#prompts.has(id)) {
      this.#prompts.set(id, { sessionId: null, closedAt: 0, injectedAt: 0 });
    }
    return this.#prompts.get(id);
  }

  #closed(seq: number, id: string): TraceFault[] {
    const prompt = this.#promptOf(id);
    if (prompt === undefined) return [fault(seq, "prompt", `prompt ${id} was never detected`)];
    if (prompt.closedAt !== 0) {
      const message = `prompt ${id} was closed already in entry ${prompt.closedAt}`;
      return [fault(seq, "closed_twice", message)];
    }
    prompt.closedAt = seq;
    return none;
  }

  *#neverClosed(): Generator<TraceFault> {
    for (const [id, { sessionId, closedAt }] of this.#prompts) {
      const end = sessionId === null ? 0 : (this.#sessions.get(sessionId) ?? 0);
      if (closedAt === 0 && end !== 0) {
        yield fault(end, "not_closed", `the session ended and its prompt ${id} was never closed`);
      }
    }
  }

  *#claimFaults(
    claims: readonly ClaimRow[],
    { checked, newest }: { checked: number; newest: number },
  ): Generator<TraceFault> {
    const claimed = new Set<string>();
    for (const { prompt_id: id, seq } of claims) {
      claimed.add(id);
      if (seq > checked && seq <= newest) continue;
      if (seq > checked) {
        const message = `a claim names entry ${seq}, which is not there: entries after ${checked} were removed`;
        yield fault(checked + 1, "claim_mismatch", message);
      } else if (this.#prompts.get(id)?.injectedAt !== seq) {
        const message = `prompt ${id} is claimed by entry ${seq}, which is not its reply`;
        yield fault(seq, "claim_mismatch", message);
      }
    }
    for (const [id, { injectedAt }] of this.#prompts) {
      if (injectedAt === 0 || claimed.has(id)) continue;
      yield fault(injectedAt, "claim_mismatch", `the reply to prompt ${id} has no claim`);
    }
  }
}

function fault(seq: number, kind: TraceFault["fault"], what: string): TraceFault {
  return { seq, fault: kind, message: `entry ${seq}: ${what}` };
}
