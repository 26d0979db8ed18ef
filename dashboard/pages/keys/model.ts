/** Keys over time: which follow each other, how long each works, where two overlap. Pure. */
import type { cloud } from "../../cloud-api.ts";

export type Key = Awaited<ReturnType<typeof cloud.keys.list.query>>[number];
export type KeyState = "works" | "overlaps" | "ended" | "revoked";

/** A key and those that followed it, the oldest first. */
export type Chain = readonly [Key, ...Key[]];

export function endOf({ revoked_at, expires_at }: Key): number | null {
  if (revoked_at === null) return expires_at;
  return expires_at === null ? revoked_at : Math.min(revoked_at, expires_at);
}

export function stateOf(key: Key, now: number): KeyState {
  if (key.revoked_at !== null) return "revoked";
  if (key.expires_at !== null && key.expires_at <= now) return "ended";
  return key.successor_id === null ? "works" : "overlaps";
}

/** What works comes first, then the newest. */
export function chainsOf(keys: readonly Key[], now: number): Chain[] {
  const byId = new Map(keys.map((key) => [key.key_id, key]));
  const followers = new Set(keys.map((key) => key.successor_id));
  const chains = keys
    .filter(({ key_id }) => !followers.has(key_id))
    .map((first): Chain => {
      const chain: [Key, ...Key[]] = [first];
      for (let key = first; key.successor_id !== null; ) {
        const next = byId.get(key.successor_id);
        if (next === undefined || chain.includes(next)) break;
        chain.push(next);
        key = next;
      }
      return chain;
    });
  const lives = (chain: Chain): number =>
    chain.some((key) => ["works", "overlaps"].includes(stateOf(key, now))) ? 0 : 1;
  return chains.sort((a, b) => lives(a) - lives(b) || b[0].created_at - a[0].created_at);
}

export type Scale = { from: number; to: number; at(moment: number): number };

/** From the first key to a little after now and the last end that is near. Shares of the width, 0 to 1. */
export function scaleOf(keys: readonly Key[], now: number): Scale {
  const dayMs = 86_400_000;
  const first = Math.min(now - dayMs, ...keys.map(({ created_at: at }) => at));
  const ends = keys.map((key) => endOf(key) ?? now).filter((end) => end < now + 90 * dayMs);
  const last = Math.max(now, ...ends);
  const margin = (last - first) * 0.08;
  const [from, to] = [first - margin / 4, last + margin];
  return { from, to, at: (moment) => Math.min(Math.max((moment - from) / (to - from), 0), 1) };
}
