/** What the outside told the service: the only file of the cloud that reads the environment. */
import { homedir } from "node:os";
import { join } from "node:path";
import { AtlasError } from "../contracts/errors.ts";
import { bounds } from "./limits/bounds.ts";
import { type Policies, policiesDefault, type Scope } from "./limits/limiter.ts";

export type Variables = Readonly<Record<string, string>>;

export function readVariables(): Variables {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && value !== "") variables[name] = value;
  }
  return variables;
}

export type Settings = {
  /** Holds the embedded database and the secrets that nobody gave. */
  home: string;
  /** Null: an embedded one. */
  databaseUrl: string | null;
  /** Of the role that makes tenants; null: this replica makes none. */
  platformDatabaseUrl: string | null;
  connectionsMax: number;
  redisUrl: string | null;
  /** Null: a file of `home`, which only an embedded database allows. */
  keyRing: string | null;
  witnessKey: string | null;
  witnessName: string;
  platformToken: string | null;
  /** Null: anybody who reaches the service may read its metrics. */
  metricsToken: string | null;
  policies: Policies;
  /** Null: the address at which it listens. */
  publicUrl: string | null;
};

export function readSettings(variables: Variables, home?: string): Settings {
  return {
    home: home ?? variables["ATLASBRIDGE_CLOUD_HOME"] ?? standardHome(variables),
    databaseUrl: urlIn(variables, "DATABASE_URL", ["postgres:", "postgresql:"]),
    platformDatabaseUrl: urlIn(variables, "PLATFORM_DATABASE_URL", ["postgres:", "postgresql:"]),
    connectionsMax: countIn(variables, "DATABASE_CONNECTIONS", bounds.poolConnectionsDefault),
    redisUrl: urlIn(variables, "REDIS_URL", ["redis:", "rediss:", "unix:"]),
    keyRing: variables["ATLASBRIDGE_KEY_RING"] ?? null,
    witnessKey: variables["ATLASBRIDGE_WITNESS_KEY"] ?? null,
    witnessName: variables["ATLASBRIDGE_WITNESS_NAME"] ?? "atlasbridge/witness",
    platformToken: variables["ATLASBRIDGE_PLATFORM_TOKEN"] ?? null,
    metricsToken: variables["ATLASBRIDGE_METRICS_TOKEN"] ?? null,
    policies: policiesIn(variables),
    publicUrl: publicUrlIn(variables),
  };
}

/** Of whoever migrates. */
export function readOwnerUrl(variables: Variables): string | null {
  return urlIn(variables, "OWNER_DATABASE_URL", ["postgres:", "postgresql:"]);
}

/** XDG Base Directory Specification 0.8; root's services have theirs below `/var/lib` (FHS 3.0 §5.8). */
function standardHome(variables: Variables): string {
  if (process.getuid?.() === 0) return "/var/lib/atlasbridge-cloud";
  const state = variables["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  return join(state, "atlasbridge-cloud");
}

function urlIn(variables: Variables, name: string, protocols: readonly string[]): string | null {
  const text = variables[name];
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && protocols.includes(url.protocol)) return text;
  // Not quoted: it may hold a password.
  throw new AtlasError("config_invalid", `${name} is no URL that begins with ${protocols[0]}//`);
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An origin. Without TLS only on this machine: browsers send the cookie of a session over nothing else. */
function publicUrlIn(variables: Variables): string | null {
  const name = "ATLASBRIDGE_PUBLIC_URL";
  const text = variables[name];
  if (text === undefined) return null;
  const url = URL.parse(text);
  const isSafe = url?.protocol === "https:" || loopback.test(url?.hostname ?? "");
  if (url !== null && isSafe && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) {
    return url.origin;
  }
  const message = `${name} must be https://HOST, without a path (http:// on localhost alone)`;
  throw new AtlasError("config_invalid", message);
}

function countIn(variables: Variables, name: string, otherwise: number): number {
  const text = variables[name];
  if (text === undefined) return otherwise;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new AtlasError("config_invalid", `${name} must be a whole number above 0`);
}

/** `ATLASBRIDGE_LIMIT_KEY=1200/60`: so many requests in so many seconds. */
function policiesIn(variables: Variables): Policies {
  const one = (scope: Scope) => {
    const name = `ATLASBRIDGE_LIMIT_${scope.toUpperCase()}`;
    const text = variables[name];
    if (text === undefined) return policiesDefault[scope];
    const [, requests, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/.exec(text) ?? [];
    if (requests === undefined) {
      throw new AtlasError("config_invalid", `${name} must be REQUESTS/SECONDS, such as 1200/60`);
    }
    return { requestsMax: Number(requests), windowSeconds: Number(seconds) };
  };
  return { key: one("key"), agent: one("agent"), tenant: one("tenant") };
}
