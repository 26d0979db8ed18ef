/** Starts the service: its database, its keys, its limits, its port; and stops it without dropping what it has begun. */
import { AtlasError } from "../contracts/errors.ts";
import { type Clock, within } from "./clock.ts";
import type { Settings } from "./config.ts";
import { type DatabaseUrls, type Embedded, startEmbedded } from "./embedded/embedded.ts";
import { openMetrics } from "./health.ts";
import { KnownKeys } from "./ingest/known-keys.ts";
import { openTally } from "./ingest/tally.ts";
import { parseKeyRing } from "./keys/ring.ts";
import { Allowances } from "./limits/allowances.ts";
import { bounds } from "./limits/bounds.ts";
import { Hub } from "./live/hub.ts";
import type { Assets } from "./pages.ts";
import { openLimiter } from "./limits/limiter.ts";
import { faultOf, type Log } from "./log.ts";
import type { Provider, ProviderName } from "./login/account.ts";
import { openGithub } from "./login/github.ts";
import { openGoogle } from "./login/google.ts";
import { type FirstLink, makeFirstLink } from "./login/first-link.ts";
import type { SessionParts } from "./login/sessions.ts";
import { openStanding } from "./login/standing.ts";
import { openPost } from "./members/mail.ts";
import type { Random } from "./random.ts";
import { keepRetention } from "./retention/retention.ts";
import { secretsOf } from "./secrets.ts";
import { createApp, type ServiceParts } from "./server.ts";
import { openSpans, tracedPool } from "./spans.ts";
import { openPort, type Port } from "./port.ts";
import { keepPartitions } from "./store/partitions.ts";
import { openPool, type Pool } from "./store/pool.ts";
import { requireSound } from "./store/validate.ts";
import { openWitness } from "./witness.ts";
import { uploadLimits } from "../contracts/upload.ts";

export type ServeOptions = {
  settings: Settings;
  host: string;
  /** 0: any that is free. */
  port: number;
  clock: Clock;
  random: Random;
  log: Log;
  /** The dashboard; null: there is none. */
  assets: Assets | null;
  /** Tests look at, or change, what is asked of tenants' rows. */
  pooled?: (pool: Pool) => Pool;
};

export interface Service {
  url: string;
  /** Signs in once, where there is no provider. */
  firstLink: string | null;
  parts: ServiceParts;
  embedded: Embedded | null;
  /** Stops taking requests, finishes those under way, closes; within ten seconds. */
  stop(): Promise<void>;
}

export async function serve(options: ServeOptions): Promise<Service> {
  const { settings, log } = options;
  requireSafeSignIn(options);
  const embedded = settings.databaseUrl === null ? await embed(options) : null;
  try {
    return await serveWith(options, embedded);
  } catch (error) {
    await embedded?.stop();
    log.error("not_started", faultOf(error));
    throw error;
  }
}

const loopbackHosts = ["127.0.0.1", "::1", "localhost"];

/** A session's cookie goes over TLS, or stays on this machine. Throws `AtlasError` that says what to set. */
function requireSafeSignIn({ settings, host }: ServeOptions): void {
  const hasProvider = settings.google !== null || settings.github !== null;
  if (!hasProvider || settings.publicUrl !== null || loopbackHosts.includes(host)) return;
  const message = `people would sign in over plain HTTP at ${host}: set ATLASBRIDGE_PUBLIC_URL to the https:// address of the proxy, or listen on 127.0.0.1`;
  throw new AtlasError("config_invalid", message);
}

function embed({ settings, clock, random, log }: ServeOptions): Promise<Embedded> {
  return startEmbedded({ home: settings.home, clock, random, log });
}

function poolsOf(
  settings: Settings,
  urls: DatabaseUrls | null,
): { pool: Pool; platform: Pool | null; appUrl: string } {
  const { databaseConnectionsMax: connectionsMax } = settings;
  const appUrl = urls?.app ?? settings.databaseUrl ?? "";
  const platformUrl = urls?.platform ?? settings.platformDatabaseUrl;
  return {
    appUrl,
    pool: openPool({ url: appUrl, name: "atlasbridge-cloud", connectionsMax }),
    platform:
      platformUrl === null
        ? null
        : openPool({ url: platformUrl, name: "atlasbridge-platform", connectionsMax: 2 }),
  };
}

function providersOf({ google, github }: Settings, clock: Clock): Map<ProviderName, Provider> {
  const providers = [
    google === null ? null : openGoogle(google, clock),
    github === null ? null : openGithub(github, clock),
  ].filter((one) => one !== null);
  return new Map(providers.map((one) => [one.name, one]));
}

/** On one machine, for whoever holds it, and only as long as there is no provider. */
function firstLinkOf(
  { settings, host }: ServeOptions,
  parts: { embedded: Embedded | null; platform: Pool | null; sessions: SessionParts },
): FirstLink | null {
  const { embedded, platform, sessions } = parts;
  const hasProvider = settings.google !== null || settings.github !== null;
  const isHere = loopbackHosts.includes(host);
  if (embedded === null || platform === null || hasProvider || !isHere) return null;
  return makeFirstLink(platform, sessions);
}

/** What people come in by. */
function signInOf(options: ServeOptions, parts: Parameters<typeof firstLinkOf>[1]) {
  const { settings, clock, log } = options;
  const providers = providersOf(settings, clock);
  return {
    providers,
    standing: openStanding({ ...parts.sessions, providers }),
    post: openPost(settings.mail, log),
    firstLink: firstLinkOf(options, parts),
    proxies: settings.proxies,
  };
}

async function serveWith(options: ServeOptions, embedded: Embedded | null): Promise<Service> {
  const { settings, clock, random, log } = options;
  const secrets = secretsOf(settings, random);
  const ring = parseKeyRing(secrets.keyRing, random);
  const witness = openWitness(secrets.witnessKey, settings.witnessName);
  const spans = openSpans(settings.otlpEndpoint);
  const { pool: plain, platform, appUrl } = poolsOf(settings, embedded?.urls ?? null);
  const pool = tracedPool(options.pooled?.(plain) ?? plain, spans);
  const { redisUrl, policies, metricsToken } = settings;
  const limiter = openLimiter({ redisUrl, policies, log, clock });
  const tally = openTally({ pool, clock, log });
  const live = new Hub({ pool, clock, log, url: appUrl });
  let stopping = false;
  try {
    await requireSound(pool);
  } catch (error) {
    await Promise.all([pool.end(), platform?.end(), limiter.end()]);
    throw error;
  }
  const partitions = await keepPartitions({ pool, clock, log });
  const retention = keepRetention({ pool, clock, log });
  const metrics = openMetrics({ pool, limiter, connections: () => port });
  const signIn = signInOf(options, { embedded, platform, sessions: { pool, ring, clock, random } });
  const parts: ServiceParts = {
    ...{ pool, platform, ring, witness, limiter, tally, metrics, metricsToken },
    ...{ known: new KnownKeys(), live, clock, random, log },
    allowances: new Allowances({ pool, clock }),
    ...{ ...signIn, spans, assets: options.assets, platformToken: secrets.platformToken },
    isStopping: () => stopping,
    publicUrl: () => settings.publicUrl ?? url,
  };
  const app = createApp(parts);
  const { server, port } = await listen(app, options);
  const url = `http://${options.host}:${port.port}`;
  log.info("serving", { url, database: embedded === null ? "given" : "embedded" });
  return {
    ...{ url, parts, embedded },
    firstLink: parts.firstLink === null ? null : `${parts.publicUrl()}${parts.firstLink.path}`,
    async stop() {
      if (stopping) return;
      stopping = true;
      log.info("stopping");
      partitions.stop();
      const untilMs = clock.monotonicMs() + bounds.shutdownMs;
      const left = (share: number): number => Math.max(untilMs - clock.monotonicMs(), 0) * share;
      const inTime = (share: number, work: readonly unknown[]): Promise<unknown> =>
        within(Promise.allSettled(work), { ms: left(share), late: undefined, clock });
      // Nothing new comes in; what is under way is finished, and connections that nobody uses are cut. Who looks at live
      // pages would look for ever.
      const closed = port.close();
      void server.stop(false);
      await inTime(0.5, [live.stop(), idle(server, { clock, ms: left(0.5) })]);
      // Whoever is not answered by now is not told anything, so he asks again.
      const { pendingRequests } = server;
      if (pendingRequests > 0) log.warn("requests_cut", { requests: pendingRequests });
      // What was answered is on its way through the port.
      await inTime(0.2, [server.stop(true), closed]);
      port.destroy();
      await inTime(0.5, [tally.stop(), retention.stop()]);
      signIn.post.end();
      await inTime(1, [pool.end(), platform?.end(), limiter.end(), spans.end()]);
      await embedded?.stop();
      log.info("stopped");
    },
  };
}

/** The server is reached through the port alone, which knows who it is that comes. */
async function listen(
  app: ReturnType<typeof createApp>,
  { host, port: wanted, settings }: ServeOptions,
) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: bounds.idleSeconds,
    // One more than is taken, so that it is us who say by how much it is too large.
    maxRequestBodySize: uploadLimits.sentBytesMax * 2,
    fetch(request, own): Response | Promise<Response> {
      const peer: string | null = port.peerOf(own.requestIP(request)?.port ?? 0);
      return peer === null ? new Response(null, { status: 421 }) : app.fetch(request, { peer });
    },
    error: () => new Response(null, { status: 503 }),
  });
  const { connectionsMax, connectionsOfAddressMax, proxies } = settings;
  const port: Port = await openPort({
    ...{ host, port: wanted, behind: server.port ?? 0, connectionsMax },
    ofAddressMax: proxies > 0 ? null : connectionsOfAddressMax,
  }).catch(async (error: unknown) => {
    await server.stop(true);
    throw error;
  });
  return { server, port };
}

const lookEveryMs = 5;

async function idle(
  server: { pendingRequests: number },
  { clock, ms }: { clock: Clock; ms: number },
): Promise<void> {
  const untilMs = clock.monotonicMs() + ms;
  while (server.pendingRequests > 0 && clock.monotonicMs() < untilMs) {
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(lookEveryMs, resolve);
    await promise;
  }
}
