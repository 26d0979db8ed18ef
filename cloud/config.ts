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
  databaseConnectionsMax: number;
  /** That are open to the service at once: in all, and from one address. */
  connectionsMax: number;
  connectionsOfAddressMax: number;
  redisUrl: string | null;
  /** Where traces of OpenTelemetry are sent (OTLP over HTTP); null: there are none. */
  otlpEndpoint: string | null;
  /** Null: a file of `home`, which only an embedded database allows. */
  keyRing: string | null;
  witnessKey: string | null;
  witnessName: string;
  platformToken: string | null;
  /** Null: anybody who reaches the service may read its metrics. */
  metricsToken: string | null;
  policies: Policies;
  /** How many proxies stand before the service, each of which adds to `X-Forwarded-For`. */
  proxies: number;
  /** Null: the address at which it listens. */
  publicUrl: string | null;
  /** With whose accounts people sign in; null: not with theirs. */
  google: ProviderSettings | null;
  github: (ProviderSettings & { apiUrl: string }) | null;
  /** `smtp://…` or `smtps://…` and a sender; null: links of invitations are shown to whoever invites. */
  mail: { url: string; from: string } | null;
};

export type ProviderSettings = {
  clientId: string;
  clientSecret: string;
  /** Its issuer (OpenID Connect Discovery 1.0 §3); of GitHub, where its pages are. */
  url: string;
};

export function readSettings(variables: Variables, home?: string): Settings {
  return {
    home: home ?? variables["ATLASBRIDGE_CLOUD_HOME"] ?? standardHome(variables),
    databaseUrl: urlIn(variables, "DATABASE_URL", ["postgres:", "postgresql:"]),
    platformDatabaseUrl: urlIn(variables, "PLATFORM_DATABASE_URL", ["postgres:", "postgresql:"]),
    databaseConnectionsMax: countIn(
      variables,
      "DATABASE_CONNECTIONS",
      bounds.poolConnectionsDefault,
    ),
    connectionsMax: countIn(variables, "ATLASBRIDGE_CONNECTIONS", bounds.connectionsDefault),
    connectionsOfAddressMax: countIn(
      variables,
      "ATLASBRIDGE_CONNECTIONS_OF_ADDRESS",
      bounds.connectionsOfAddressDefault,
    ),
    otlpEndpoint: urlIn(variables, "OTEL_EXPORTER_OTLP_ENDPOINT", ["http:", "https:"]),
    redisUrl: urlIn(variables, "REDIS_URL", ["redis:", "rediss:", "unix:"]),
    keyRing: variables["ATLASBRIDGE_KEY_RING"] ?? null,
    witnessKey: variables["ATLASBRIDGE_WITNESS_KEY"] ?? null,
    witnessName: variables["ATLASBRIDGE_WITNESS_NAME"] ?? "atlasbridge/witness",
    platformToken: variables["ATLASBRIDGE_PLATFORM_TOKEN"] ?? null,
    metricsToken: variables["ATLASBRIDGE_METRICS_TOKEN"] ?? null,
    policies: policiesIn(variables),
    proxies: Number(/^\d$/.exec(variables["ATLASBRIDGE_PROXIES"] ?? "")?.[0] ?? 0),
    publicUrl: publicUrlIn(variables),
    google: providerIn(variables, "GOOGLE", "https://accounts.google.com"),
    github: githubIn(variables),
    mail: mailIn(variables),
  };
}

/** Of whoever migrates. */
export function readOwnerUrl(variables: Variables): string | null {
  return urlIn(variables, "OWNER_DATABASE_URL", ["postgres:", "postgresql:"]);
}

/** XDG Base Directory Specification 0.8; root's services have theirs below `/var/lib` (FHS 3.0 §5.8). */
function standardHome(variables: Variables): string {
  if (process.getuid?.() === 0) return "/var/lib/atlasbridge-cloud";
  const state = variables["XDG_STATE_HOME"] ?? join(ownHome(), ".local", "state");
  return join(state, "atlasbridge-cloud");
}

/** An account that stands in no list has none, as in a container; beside a database that is given nothing is kept there. */
function ownHome(): string {
  try {
    return homedir();
  } catch {
    return "/nonexistent";
  }
}

function urlIn(variables: Variables, name: string, protocols: readonly string[]): string | null {
  const text = variables[name];
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && protocols.includes(url.protocol)) return text;
  // Not quoted: it may hold a password.
  throw new AtlasError("config_invalid", `${name} is no URL that begins with ${protocols[0]}//`);
}

/** All of it or nothing: half of a client's settings would turn up only when somebody signs in. */
function providerIn(variables: Variables, name: string, url: string): ProviderSettings | null {
  const prefix = `ATLASBRIDGE_${name}`;
  const clientId = variables[`${prefix}_CLIENT_ID`];
  const clientSecret = variables[`${prefix}_CLIENT_SECRET`];
  if (clientId === undefined && clientSecret === undefined) return null;
  if (clientId === undefined || clientSecret === undefined) {
    const message = `${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET belong together`;
    throw new AtlasError("config_invalid", message);
  }
  return { clientId, clientSecret, url: safeUrlIn(variables, `${prefix}_URL`) ?? url };
}

function githubIn(variables: Variables): Settings["github"] {
  const settings = providerIn(variables, "GITHUB", "https://github.com");
  if (settings === null) return null;
  const apiUrl = safeUrlIn(variables, "ATLASBRIDGE_GITHUB_API_URL") ?? "https://api.github.com";
  return { ...settings, apiUrl };
}

function mailIn(variables: Variables): Settings["mail"] {
  const url = urlIn(variables, "ATLASBRIDGE_SMTP_URL", ["smtp:", "smtps:"]);
  const from = variables["ATLASBRIDGE_MAIL_FROM"];
  if (url === null) return null;
  if (from !== undefined) return { url, from };
  const message = "with ATLASBRIDGE_SMTP_URL, ATLASBRIDGE_MAIL_FROM must say who sends";
  throw new AtlasError("config_invalid", message);
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Without TLS only on this machine. */
function safeUrlIn(variables: Variables, name: string): string | null {
  const text = variables[name];
  if (text === undefined) return null;
  const url = URL.parse(text);
  if (url !== null && isSafe(url)) return url.href.replace(/\/$/, "");
  const message = `${name} must be an https:// address (http:// on localhost alone)`;
  throw new AtlasError("config_invalid", message);
}

function isSafe({ protocol, hostname, username, search, hash }: URL): boolean {
  const isHere = protocol === "http:" && loopback.test(hostname);
  return (protocol === "https:" || isHere) && `${username}${search}${hash}` === "";
}

/** Browsers send the cookie of a session over nothing but TLS, except on this machine. */
function publicUrlIn(variables: Variables): string | null {
  const name = "ATLASBRIDGE_PUBLIC_URL";
  const url = safeUrlIn(variables, name);
  if (url === null || url === new URL(url).origin) return url;
  throw new AtlasError("config_invalid", `${name} must be https://HOST, without a path`);
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
  return {
    ...{ key: one("key"), agent: one("agent"), tenant: one("tenant") },
    ...{ calls: one("calls"), invitations: one("invitations") },
    ...{ address: one("address"), stranger: one("stranger") },
  };
}
