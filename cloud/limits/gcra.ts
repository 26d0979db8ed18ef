/**
 * Generic cell rate algorithm (ITU-T I.371): of each name one moment is kept, that at which what it has asked for so far
 * would all be due. It may run ahead of now by the window and no further, so no burst is larger than the allowance, and
 * it is given back evenly instead of all at once.
 */
import type Redis from "ioredis";
import { bounds } from "./bounds.ts";

export type Rate = { requestsMax: number; windowSeconds: number };

/** `waitMs`: until the next one is granted, 0 when this one was; `fullMs`: until nothing is owed. */
export type Grant = { allowed: boolean; remaining: number; waitMs: number; fullMs: number };

const msPerSecond = 1_000;
const windowMs = ({ windowSeconds }: Rate): number => windowSeconds * msPerSecond;
const spacingMs = (rate: Rate): number => windowMs(rate) / rate.requestsMax;

/** Sums of fractions. */
const roundingMs = 0.001;

/** Pure. `dueMs`: as it was kept; what is to be kept now. */
export function grant(dueMs: number, nowMs: number, rate: Rate): { dueMs: number; grant: Grant } {
  const before = Math.max(dueMs, nowMs);
  const after = before + spacingMs(rate);
  const allowed = after - nowMs <= windowMs(rate) + roundingMs;
  return {
    dueMs: allowed ? after : before,
    grant: grantOf(allowed, (allowed ? after : before) - nowMs, rate),
  };
}

function grantOf(allowed: boolean, owedMs: number, rate: Rate): Grant {
  const left = (windowMs(rate) - owedMs + roundingMs) / spacingMs(rate);
  const waitMs = allowed ? 0 : Math.max(owedMs + spacingMs(rate) - windowMs(rate), 0);
  return { allowed, remaining: Math.max(Math.floor(left), 0), waitMs, fullMs: owedMs };
}

export interface Granter {
  /** A name's rate may be another one each time: what is kept of it is a moment. */
  take(name: string, rate: Rate): Promise<Grant>;
}

/** Of this process. Names that owe nothing are forgotten once there are many. */
export function memoryGranter(now: () => number): Granter {
  const due = new Map<string, number>();
  return {
    async take(name, rate) {
      const nowMs = now();
      if (due.size >= bounds.limiterNamesMax) forget(due, nowMs);
      const next = grant(due.get(name) ?? 0, nowMs, rate);
      due.set(name, next.dueMs);
      return next.grant;
    },
  };
}

function forget(due: Map<string, number>, nowMs: number): void {
  for (const [name, dueMs] of due) if (dueMs <= nowMs) due.delete(name);
  // All of them owe something: the longest known are let go, so that nobody can fill the memory.
  for (const name of due.keys()) {
    if (due.size < bounds.limiterNamesMax) return;
    due.delete(name);
  }
}

/** The same in one step of Redis, by its clock: replicas need not agree on the time. Answers whether, and what is owed. */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local window, spacing = tonumber(ARGV[1]), tonumber(ARGV[2])
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = before + spacing
if after - now > window + ${roundingMs} then return {0, tostring(before - now)} end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
return {1, tostring(after - now)}`;

/** Throws what Redis throws. */
export function redisGranter(redis: Redis, prefix: string): Granter {
  return {
    async take(name, rate) {
      const numbers = [windowMs(rate), spacingMs(rate)];
      const told: unknown = await redis.eval(script, 1, `${prefix}:${name}`, ...numbers);
      const [allowed, owedMs] = Array.isArray(told) ? told.map(Number) : [];
      if (owedMs === undefined || !Number.isFinite(owedMs))
        throw new Error("Redis said nothing of use");
      return grantOf(allowed === 1, owedMs, rate);
    },
  };
}
