/** The service's HTTP: what is offered to whom, how a refusal is told, and what every reply carries. */
import { trpcServer } from "@hono/trpc-server";
import { TRPCError } from "@trpc/server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { problemNames } from "../contracts/problem.ts";
import { contractOf } from "../contracts/upload.ts";
import type { Insider } from "./caller.ts";
import type { Context } from "./context.ts";
import { type Env, headersOf, type Http } from "./http.ts";
import { type HealthParts, type Metrics, readiness } from "./health.ts";
import { problemOf, type Refusal, refuse } from "./ingest/refusal.ts";
import { type Incoming, type IngestParts, type Outcome, receive, take } from "./ingest/take.ts";
import { claimNonce } from "./ingest/write.ts";
import { type KeyParts, successorOf } from "./keys/keys.ts";
import { addressOf } from "./limits/address.ts";
import { bounds } from "./limits/bounds.ts";
import type { Standing } from "./limits/limiter.ts";
import type { Live } from "./live/hub.ts";
import { faultOf } from "./log.ts";
import { bearerIs, callerOf, type CallerParts, isFromHere } from "./login/callers.ts";
import { loginRoutes, sessionCookie } from "./login/routes.ts";
import type { Post } from "./members/mail.ts";
import { type PageParts, pageRoutes } from "./pages.ts";
import { problemPage } from "./problem-page.ts";
import { appRouter } from "./router.ts";
import type { RequestFacts, Spans } from "./spans.ts";
import type { Pool } from "./store/pool.ts";

export type ServiceParts = IngestParts &
  KeyParts &
  HealthParts &
  CallerParts &
  PageParts & {
    live: Live;
    platform: Pool | null;
    post: Post;
    metricsToken: string | null;
    proxies: number;
    metrics: Metrics;
    spans: Spans;
  };

const securityHeaders = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** 64 KiB: a procedure's input is a few lines. */
const procedureBytesMax = 65_536;

export function createApp(parts: ServiceParts): Hono<Env> {
  const app = new Hono<Env>();
  let underWay = 0;

  app.use(async (c, next) => {
    const startMs = parts.clock.monotonicMs();
    c.set("requestId", parts.random.uuidv7());
    c.set("cookies", []);
    c.set("tried", null);
    if (underWay >= bounds.requestsMax) {
      answer(c, parts, { ...crowded(), ...nowhere });
      return finish(c, parts, startMs);
    }
    underWay += 1;
    try {
      await parts.spans.request(factsOf(c), async () => {
        await next();
        return c.res.status;
      });
    } finally {
      underWay -= 1;
    }
    return finish(c, parts, startMs);
  });

  app.onError((error, c) => {
    parts.log.error("request_failed", { request_id: c.get("requestId"), ...faultOf(error) });
    return answer(c, parts, { ...failed(), ...nowhere });
  });

  ingestRoutes(app, parts);
  publicRoutes(app, parts);
  for (const path of ["/auth/*", "/invite/*", "/welcome/*"]) {
    app.use(path, async (c, next) => {
      if (await mayTry(c, parts)) return await next();
      return answer(c, parts, { ...tooMany(), ...nowhere });
    });
  }
  pageRoutes(app, "/", parts);
  loginRoutes(app, parts);

  app.use("/trpc/*", bodyLimit({ maxSize: procedureBytesMax }));
  app.use(
    "/trpc/*",
    trpcServer({
      router: appRouter,
      endpoint: "/trpc",
      // Each request is counted and waits for itself: many in one would take every connection at once.
      allowBatching: false,
      createContext: (_options, c: Http) => contextOf(c, parts),
    }),
  );
  pageRoutes(app, "*", parts);
  app.notFound((c) => c.json({ title: "there is nothing at this address", status: 404 }, 404));
  return app;
}

const methods = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];

function factsOf(c: Http): RequestFacts {
  const { method, path } = c.req;
  return {
    method: methods.includes(method) ? method : "_OTHER",
    route: routeOf(path),
    requestId: c.get("requestId"),
    traceparent: c.req.header("traceparent") ?? null,
  };
}

const nowhere = { standing: null, tenantId: null, keyId: null };

const fromWhere = (c: Http, { proxies }: ServiceParts): string =>
  addressOf(c.env?.peer ?? null, headersOf(c)("x-forwarded-for"), proxies);

/** By address: for what is asked before anybody is known. */
async function mayTry(c: Http, parts: ServiceParts): Promise<boolean> {
  const standing = await parts.limiter.take("address", fromWhere(c, parts));
  c.set("tried", standing);
  return standing.allowed;
}

/** All programs and pages of one organisation together: none keeps the others from the service. */
async function mayCall(c: Http, { tenantId }: Insider, { limiter }: ServiceParts): Promise<void> {
  const standing = await limiter.take("calls", tenantId);
  c.set("tried", standing);
  if (standing.allowed) return;
  const message = "this organisation calls too often; come back later";
  throw new TRPCError({ code: "TOO_MANY_REQUESTS", message });
}

function tooMany(): Refusal {
  return refuse("rate-limited", "too many tries from this address; come back later");
}

function crowded(): Refusal {
  return refuse("unavailable", "too many requests are being dealt with");
}

function failed(): Refusal {
  return refuse("unavailable", "it cannot be taken at the moment; nothing was acknowledged");
}

function ingestRoutes(app: Hono<Env>, parts: ServiceParts): void {
  app.post("/v1/traces", async (c) => {
    const outcome = await take(incoming(c, parts), parts);
    if (!outcome.ok) return answer(c, parts, outcome);
    const { acknowledgement, standing } = outcome;
    parts.metrics.entries.inc({ outcome: "accepted" }, acknowledgement.accepted);
    parts.metrics.entries.inc({ outcome: "duplicate" }, acknowledgement.duplicates);
    tellStanding(c, standing);
    return c.json(acknowledgement, 202);
  });

  app.post("/v1/keys/successor", async (c) => {
    const outcome = await receive(incoming(c, parts), parts);
    if (!outcome.ok) return answer(c, parts, outcome);
    const { tenantId, keyId, nonce } = outcome.caller;
    const untilMs = parts.clock.now() + bounds.nonceKeptSeconds * 1_000;
    const isFresh = await parts.pool.withTenant(tenantId, (sql) =>
      claimNonce(sql, { tenantId, keyId, nonce, untilMs }),
    );
    const no = (refusal: Refusal): Response => answer(c, parts, { ...outcome, ...refusal });
    if (!isFresh) return no(refuse("replayed-nonce", "a request with this nonce was taken before"));
    await parts.tally.flush();
    const successor = await successorOf(parts, tenantId, keyId);
    if (successor === null) return no(refuse("unknown-key", "this key has no successor to tell"));
    tellStanding(c, outcome.standing);
    return c.json(successor, 200);
  });
}

function publicRoutes(app: Hono<Env>, parts: ServiceParts): void {
  app.get("/v1/contract", (c) => c.json(contractOf(parts.witness.verifierKey)));
  app.get("/problems/:name", (c) => {
    const name = problemNames.find((one) => one === c.req.param("name"));
    return name === undefined ? c.notFound() : c.html(problemPage(name));
  });
  app.get("/livez", (c) => c.json({ live: true }));
  app.get("/readyz", async (c) => {
    const state = await readiness(parts);
    return c.json(state, state.ready ? 200 : 503);
  });
  app.get("/metrics", async (c) => {
    if (parts.metricsToken !== null && !bearerIs(headersOf(c), parts.metricsToken)) {
      return c.json({ title: "the metrics token is needed", status: 401 }, 401);
    }
    c.header("content-type", parts.metrics.registry.contentType);
    return c.body(await parts.metrics.registry.metrics());
  });
}

async function contextOf(c: Http, parts: ServiceParts): Promise<Context & Record<string, unknown>> {
  const header = headersOf(c);
  const give = (cookie: string): number => c.get("cookies").push(sessionCookie(cookie, parts));
  const caller = await callerOf({ header, give }, parts);
  // Whoever shows secrets that open nothing may be guessing.
  if (caller.kind === "nobody" && !(await mayTry(c, parts))) {
    throw new TRPCError({ code: "TOO_MANY_REQUESTS", message: "too many tries; come back later" });
  }
  if (caller.kind === "person" || caller.kind === "token") await mayCall(c, caller, parts);
  return {
    caller,
    isFromHere: isFromHere(header, parts.publicUrl()),
    identify: () => callerOf({ header, give: null }, parts),
    give,
    ...{ keys: parts, sessions: parts, witness: parts.witness.verifierKey },
    ...{ post: parts.post, publicUrl: parts.publicUrl() },
    ...{
      live: parts.live,
      limiter: parts.limiter,
      allowances: parts.allowances,
      platform: parts.platform,
      log: parts.log,
      requestId: c.get("requestId"),
    },
  };
}

function incoming(c: Http, parts: ServiceParts): Incoming {
  const { pathname, search } = new URL(c.req.url);
  return {
    method: c.req.method,
    path: pathname,
    query: search,
    from: fromWhere(c, parts),
    header: headersOf(c),
    body: c.req.raw.body,
  };
}

function answer(
  c: Http,
  { metrics, log, spans }: ServiceParts,
  refusal: Refusal & Omit<Outcome<object>, "ok">,
): Response {
  const requestId = c.get("requestId");
  const body = problemOf(refusal, requestId);
  metrics.refusals.inc({ problem: refusal.problem });
  spans.note(refusal);
  log.info("refused", {
    request_id: requestId,
    tenant_id: refusal.tenantId,
    problem: refusal.problem,
    detail: refusal.detail,
  });
  tellStanding(c, refusal.standing);
  const waits = retryAfter(refusal);
  if (waits !== null) c.header("retry-after", String(waits));
  c.header("content-type", "application/problem+json");
  return c.body(JSON.stringify(body), body.status as 400);
}

function retryAfter({ problem, standing }: Refusal & { standing: Standing | null }): number | null {
  if (problem === "rate-limited") return standing?.resetSeconds ?? bounds.retryAfterSeconds;
  return problem === "unavailable" ? bounds.retryAfterSeconds : null;
}

/** draft-ietf-httpapi-ratelimit-headers: the policy, and what is left of it. */
function tellStanding(c: Http, standing: Standing | null): void {
  if (standing === null) return;
  const { scope, policy, remaining, resetSeconds } = standing;
  c.header("ratelimit-policy", `"${scope}";q=${policy.requestsMax};w=${policy.windowSeconds}`);
  c.header("ratelimit", `"${scope}";r=${remaining};t=${resetSeconds}`);
}

const routes = [
  "/v1/traces",
  "/v1/keys/successor",
  "/v1/contract",
  "/livez",
  "/readyz",
  "/metrics",
];

/** Of a closed list: what somebody asked for may be anything. */
function routeOf(path: string): string {
  return routes.find((one) => one === path) ?? (path.startsWith("/trpc/") ? "/trpc" : "other");
}

function finish(c: Http, { metrics, clock }: ServiceParts, startMs: number): Response | void {
  for (const [name, value] of Object.entries(securityHeaders)) {
    // A page says for itself what may be in it.
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
  tellStanding(c, c.get("tried"));
  for (const cookie of c.get("cookies")) c.res.headers.append("set-cookie", cookie);
  c.res.headers.set("x-request-id", c.get("requestId"));
  const route = routeOf(c.req.path);
  metrics.replies.inc({ route, status: c.res.status });
  metrics.seconds.observe({ route }, (clock.monotonicMs() - startMs) / 1_000);
}
