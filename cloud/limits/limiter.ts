/** How many requests a key, an agent and a tenant may send: shared by replicas in Redis, else by each alone. */
import Redis from "ioredis";
import type { Clock } from "../clock.ts";
import { faultOf, type Log } from "../log.ts";
import { bounds } from "./bounds.ts";
import { type Granter, memoryGranter, redisGranter } from "./gcra.ts";

/**
 * `tenant`: of batches; `calls`: of procedures, so that no organisation's programs take the service from the others;
 * `invitations`: of those that an organisation makes, since each may be a letter. `address`: of whoever signs in, follows an invitation, or shows a secret that opens nothing. `stranger`: of an address
 * too, from which batches come by keys that were not believed lately.
 */
const scopes = ["key", "agent", "tenant", "calls", "invitations", "address", "stranger"] as const;
export type Scope = (typeof scopes)[number];

export type Policy = { requestsMax: number; windowSeconds: number };
export type Policies = Readonly<Record<Scope, Policy>>;

/** Where somebody stands after this request. */
export type Standing = {
  scope: Scope;
  allowed: boolean;
  policy: Policy;
  remaining: number;
  /** Until the next one is granted when this one was not; else until all of it is there again. */
  resetSeconds: number;
};

export interface Limiter {
  /** `own`: the policy of that name alone, in place of the one for all. */
  take(scope: Scope, name: string, own?: Policy): Promise<Standing>;
  policyOf(scope: Scope): Policy;
  /** `alone`: each replica grants its share by itself, since there is no Redis or it does not answer. */
  state(): "shared" | "alone";
  end(): Promise<void>;
}

export const policiesDefault: Policies = {
  key: { requestsMax: 1_200, windowSeconds: 60 },
  agent: { requestsMax: 1_200, windowSeconds: 60 },
  tenant: { requestsMax: 12_000, windowSeconds: 60 },
  calls: { requestsMax: 6_000, windowSeconds: 60 },
  invitations: { requestsMax: 100, windowSeconds: 3_600 },
  address: { requestsMax: 60, windowSeconds: 60 },
  stranger: { requestsMax: 600, windowSeconds: 60 },
};

export type LimiterOptions = {
  redisUrl: string | null;
  policies: Policies;
  log: Log;
  clock: Clock;
};

export function openLimiter({ redisUrl, policies, log, clock }: LimiterOptions): Limiter {
  const redis = redisUrl === null ? null : connectRedis(redisUrl, log);
  const granters = new Map(scopes.map((scope) => [scope, granterOf(scope, { redis, clock })]));
  return {
    policyOf: (scope) => policies[scope],
    async take(scope, name, own) {
      const policy = own ?? policies[scope];
      const granter = granters.get(scope);
      if (granter === undefined) throw new Error(`there is no limit of ${scope}`);
      const { allowed, remaining, waitMs, fullMs } = await granter.take(name, policy);
      const resetSeconds = Math.max(Math.ceil((allowed ? fullMs : waitMs) / 1_000), 1);
      return { scope, allowed, policy, remaining, resetSeconds };
    },
    state: () => (redis?.status === "ready" ? "shared" : "alone"),
    async end() {
      redis?.disconnect();
    },
  };
}

function granterOf(scope: Scope, { redis, clock }: { redis: Redis | null; clock: Clock }): Granter {
  const alone = memoryGranter(() => clock.monotonicMs());
  if (redis === null) return alone;
  const shared = redisGranter(redis, `atlasbridge:limit:${scope}`);
  return {
    async take(name, rate) {
      if (redis.status !== "ready") return await alone.take(name, rate);
      try {
        return await shared.take(name, rate);
      } catch {
        // It has gone, or does not answer: whoever watches is told by `state` and by the log.
        return await alone.take(name, rate);
      }
    },
  };
}

function connectRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: bounds.redisCommandMs,
    connectTimeout: bounds.redisConnectMs,
    retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, 2_000),
  });
  let said = "";
  const say = (state: "shared" | "alone", fault: object = {}): void => {
    if (said === state) return;
    said = state;
    log[state === "shared" ? "info" : "warn"]("limits", { state, ...fault });
  };
  redis.on("ready", () => say("shared"));
  redis.on("error", (error: unknown) => say("alone", faultOf(error)));
  return redis;
}
