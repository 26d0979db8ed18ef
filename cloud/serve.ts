/** Starts the service: its database, its keys, its limits, its port; and stops it without dropping what it has begun. */
import { type Clock, within } from "./clock.ts";
import type { Settings } from "./config.ts";
import { type DatabaseUrls, type Embedded, startEmbedded } from "./embedded/embedded.ts";
import { openMetrics } from "./health.ts";
import { KnownKeys } from "./ingest/known-keys.ts";
import { openTally } from "./ingest/tally.ts";
import { parseKeyRing } from "./keys/ring.ts";
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
  const embedded = settings.databaseUrl === null ? await embed(options) : null;
  try {
    return await serveWith(options, embedded);
  } catch (error) {
    await embedded?.stop();
    log.error("not_started", faultOf(error));
    throw error;
  }
}

function embed({ settings, clock, random, log }: ServeOptions): Promise<Embedded> {
  return startEmbedded({ home: settings.home, clock, random, log });
}

function poolsOf(
  settings: Settings,
  urls: DatabaseUrls | null,
): { pool: Pool; platform: Pool | null; appUrl: string } {
  const { connectionsMax } = settings;
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
  const isHere = ["127.0.0.1", "::1", "localhost"].includes(host);
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
  const metrics = openMetrics({ pool, limiter });
  const signIn = signInOf(options, { embedded, platform, sessions: { pool, ring, clock, random } });
  const parts: ServiceParts = {
    ...{ pool, platform, ring, witness, limiter, tally, metrics, metricsToken },
    ...{ known: new KnownKeys(), live, clock, random, log },
    ...{ ...signIn, spans, assets: options.assets, platformToken: secrets.platformToken },
    isStopping: () => stopping,
    publicUrl: () => settings.publicUrl ?? url,
  };
  const app = createApp(parts);
  const server = listen(app, options);
  const url = `http://${options.host}:${server.port}`;
  log.info("serving", { url, database: embedded === null ? "given" : "embedded" });
  return {
    ...{ url, parts, embedded },
    firstLink: parts.firstLink === null ? null : `${parts.publicUrl()}${parts.firstLink.path}`,
    async stop() {
      if (stopping) return;
      stopping = true;
      log.info("stopping");
      partitions.stop();
      await retention.stop();
      // Who looks would look for ever.
      await live.stop();
      // Nothing new comes in; what is under way is finished, and connections that nobody uses are cut.
      void server.stop(false);
      await within(idle(server, clock), { ms: bounds.shutdownMs / 2, late: undefined, clock });
      await server.stop(true);
      await tally.stop();
      signIn.post.end();
      await Promise.all([pool.end(), platform?.end(), limiter.end(), spans.end()]);
      await embedded?.stop();
      log.info("stopped");
    },
  };
}

function listen(app: ReturnType<typeof createApp>, { host, port }: ServeOptions) {
  return Bun.serve({
    hostname: host,
    port,
    idleTimeout: bounds.idleSeconds,
    // One more than is taken, so that it is us who say by how much it is too large.
    maxRequestBodySize: uploadLimits.sentBytesMax * 2,
    fetch: (request, own) => app.fetch(request, { peer: own.requestIP(request)?.address ?? null }),
    error: () => new Response(null, { status: 503 }),
  });
}

const lookEveryMs = 5;

async function idle(server: { pendingRequests: number }, clock: Clock): Promise<void> {
  while (server.pendingRequests > 0) {
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(lookEveryMs, resolve);
    await promise;
  }
}
