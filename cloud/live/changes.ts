/** Changes that wait to be told: what is about the same thing is one of them, and too many become one. */
import type { Change } from "../../contracts/cloud-fleet.ts";
import { bounds } from "../limits/bounds.ts";

export class Changes {
  #all = new Map<string, Change>();

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  add(change: Change): void {
    if (change.what === "resync") return this.resync(change.at);
    if (this.#all.has("resync")) return;
    const key = `${change.what} ${change.agent_id ?? ""}`;
    const before = this.#all.get(key);
    this.#all.set(key, before === undefined ? bounded(change) : joined(before, change));
    if (this.#all.size > bounds.liveChangesMax) this.resync(change.at);
  }

  /** Ask for everything again. */
  resync(at: number): void {
    this.#all = new Map([["resync", { at, what: "resync", agent_id: null, session_ids: null }]]);
  }

  take(): Change[] {
    const all = [...this.#all.values()];
    this.#all.clear();
    return all;
  }

  /** As NOTIFY takes it: below 8 000 bytes (manual, NOTIFY). */
  payload(): string {
    const all = this.take();
    const whole = JSON.stringify(all);
    if (whole.length <= payloadCharsMax) return whole;
    const short = JSON.stringify(all.map((change) => ({ ...change, session_ids: null })));
    if (short.length <= payloadCharsMax) return short;
    this.resync(all[0]?.at ?? 0);
    return JSON.stringify(this.take());
  }
}

const payloadCharsMax = 7_900;

function joined(one: Change, other: Change): Change {
  const ids = [one.session_ids, other.session_ids];
  const [some, more] = ids;
  const session_ids =
    some === null || more === null || some === undefined || more === undefined
      ? null
      : [...new Set([...some, ...more])];
  return bounded({ ...other, at: Math.max(one.at, other.at), session_ids });
}

function bounded(change: Change): Change {
  const isMuch = (change.session_ids?.length ?? 0) > bounds.liveSessionsMax;
  return isMuch ? { ...change, session_ids: null } : change;
}
