/** How many requests a key, an agent and a tenant may send: shared by replicas in Redis, else by each alone. */
import Redis from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { RateLimiterAbstract } from "rate-limiter-flexible";
import { faultOf, type Log } from "../log.ts";
import { bounds } from "./bounds.ts";

export type Scope = "key" | "agent" | "tenant";

export type Policy = { requestsMax: number; windowSeconds: number };
export type Policies = Readonly<Record<Scope, Policy>>;

/** Where somebody stands after this request. */
export type Standing = {
  scope: Scope;
  allowed: boolean;
  policy: Policy;
  remaining: number;
  resetSeconds: number;
};

export interface Limiter {
  take(scope: Scope, name: string): Promise<Standing>;
  /** `alone`: each replica grants its share by itself, since there is no Redis or it does not answer. */
  state(): "shared" | "alone";
  end(): Promise<void>;
}

export const policiesDefault: Policies = {
  key: { requestsMax: 1_200, windowSeconds: 60 },
  agent: { requestsMax: 1_200, windowSeconds: 60 },
  tenant: { requestsMax: 12_000, windowSeconds: 60 },
};

export type LimiterOptions = { redisUrl: string | null; policies: Policies; log: Log };

const scopes = ["key", "agent", "tenant"] as const;

export function openLimiter({ redisUrl, policies, log }: LimiterOptions): Limiter {
  const redis = redisUrl === null ? null : connectRedis(redisUrl, log);
  const limiters = new Map(
    scopes.map((scope) => [scope, limiterOf(scope, policies[scope], redis)]),
  );
  return {
    async take(scope, name) {
      const policy = policies[scope];
      const limiter = limiters.get(scope);
      if (limiter === undefined) throw new Error(`there is no limit of ${scope}`);
      const [allowed, res] = await consume(limiter, name);
      return {
        scope,
        allowed,
        policy,
        remaining: Math.max(res.remainingPoints, 0),
        resetSeconds: Math.max(Math.ceil(res.msBeforeNext / 1_000), 1),
      };
    },
    state: () => (redis?.status === "ready" ? "shared" : "alone"),
    async end() {
      redis?.disconnect();
    },
  };
}

async function consume(
  limiter: RateLimiterAbstract,
  name: string,
): Promise<[boolean, RateLimiterRes]> {
  try {
    return [true, await limiter.consume(name)];
  } catch (refused) {
    // The library tells a refusal by throwing where somebody stands.
    if (refused instanceof RateLimiterRes) return [false, refused];
    throw refused;
  }
}

function limiterOf(
  scope: Scope,
  { requestsMax, windowSeconds }: Policy,
  redis: Redis | null,
): RateLimiterAbstract {
  const options = {
    points: requestsMax,
    duration: windowSeconds,
    keyPrefix: `atlasbridge:${scope}`,
  };
  const alone = new RateLimiterMemory(options);
  if (redis === null) return alone;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    insuranceLimiter: alone,
    rejectIfRedisNotReady: true,
  });
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
