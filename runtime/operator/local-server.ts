/** The local dashboard's HTTP: who is let in, what every reply forbids, and which bytes are served. */
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { LocalKey } from "./local-key.ts";
import { type LocalParts, localRouter } from "./local-router.ts";

/** One file of the page, compressed. */
export type Asset = { type: string; gzip: Uint8Array<ArrayBuffer> };

export type LocalServerOptions = {
  /** 0 is any free port. */
  port: number;
  /** Addresses; those that this machine does not have are left out, but for the first. */
  hostnames: readonly string[];
  key: LocalKey;
  /** Names this serving: a ticket is for it alone. */
  serving: string;
  parts: LocalParts;
  /** By path, such as `/index.html`. */
  assets: ReadonlyMap<string, Asset>;
};

export type LocalServer = {
  port: number;
  /** Where it listens. */
  hostnames: string[];
  stop(): Promise<void>;
};

/** No inline script or style, nothing of anybody else's, no frame around it. The replay's emulator is WebAssembly. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const always = {
  "content-security-policy": contentPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  "cache-control": "no-store",
};

/** Listens on every address at one port. Throws what Bun throws where the first is not to be had. */
export function serveLocal(options: LocalServerOptions): LocalServer {
  const [first = "127.0.0.1", ...others] = options.hostnames;
  const servers = [listen(first, options.port, options)];
  const port = servers[0]?.port ?? options.port;
  for (const hostname of others) {
    try {
      servers.push(listen(hostname, port, options));
    } catch {
      // A machine without IPv6, say: it is told by what `hostnames` holds.
    }
  }
  return {
    port,
    hostnames: servers.map(({ hostname }) => hostname ?? first),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop(true)));
    },
  };
}

function listen(hostname: string, port: number, options: LocalServerOptions) {
  return Bun.serve({
    hostname,
    port,
    maxRequestBodySize: limits.dashboardRequestBytesMax,
    idleTimeout: 60,
    // Whatever failed inside is no business of the page's.
    error: () => told(500, "it failed inside; the terminal that serves it has more"),
    fetch: async (request, server) => {
      const response = await answer(request, options, server.port ?? port);
      // A subscription says nothing for as long as nothing happens.
      if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
        server.timeout(request, 0);
      }
      for (const [name, value] of Object.entries(always)) {
        if (!response.headers.has(name)) response.headers.set(name, value);
      }
      return response;
    },
  });
}

async function answer(
  request: Request,
  options: LocalServerOptions,
  port: number,
): Promise<Response> {
  const refused = refuse(request, hostsOf(options.hostnames, port));
  if (refused !== null) return refused;
  const url = new URL(request.url);
  const ticket = url.searchParams.get("token");
  if (ticket !== null && request.method === "GET" && url.pathname === "/") {
    return admit(ticket, options, port);
  }
  if (/^\/(?:trpc|cast|report)\//.test(url.pathname)) {
    return isAdmitted(request, url, { key: options.key, port })
      ? await procedure(request, url, options.parts)
      : told(401, "open it from a terminal: atlasbridge dashboard --open");
  }
  if (request.method === "POST") return told(405, "there is nothing to post to here");
  return asset(request, url.pathname, options.assets);
}

/** Names under which a browser reaches it; any other, as after DNS rebinding, is somebody else's. */
function hostsOf(hostnames: readonly string[], port: number): Set<string> {
  const names = hostnames.map((name) => (name.includes(":") ? `[${name}]` : name));
  const hosts = [...names, "localhost"].map((name) => `${name}:${port}`);
  return new Set(port === 80 ? [...hosts, ...names, "localhost"] : hosts);
}

/** Null where the request may be looked at further. */
function refuse(request: Request, hosts: ReadonlySet<string>): Response | null {
  const host = request.headers.get("host") ?? "";
  if (!hosts.has(host)) return told(421, "this address is not this dashboard's");
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) {
    return told(403, "requests of other pages are refused");
  }
  if (!["GET", "HEAD", "POST"].includes(request.method)) {
    return told(405, "GET and POST are all there is");
  }
  const site = request.headers.get("sec-fetch-site");
  const isLink =
    request.method === "GET" &&
    request.headers.get("sec-fetch-mode") === "navigate" &&
    request.headers.get("sec-fetch-dest") === "document";
  if (site === null || site === "same-origin" || site === "none" || isLink) return null;
  return told(403, "requests of other pages are refused");
}

/** The page's half goes behind the `#`, which is sent to nobody. */
function admit(ticket: string, { key, serving }: LocalServerOptions, port: number): Response {
  const admission = key.redeem(ticket, serving);
  // Not an error page of its own: a browser that was let in before just goes on.
  if (admission === null) return moved("/#used");
  const response = moved(`/#key=${admission.page}`);
  const maxAge = Math.floor(limits.dashboardAdmissionMs / 1_000);
  response.headers.append(
    "set-cookie",
    `${cookieName(port)}=${admission.cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}`,
  );
  return response;
}

/** One browser may have several dashboards of one host open. */
const cookieName = (port: number): string => `atlasbridge-${port}`;

function isAdmitted(
  request: Request,
  url: URL,
  { key, port }: { key: LocalKey; port: number },
): boolean {
  const cookies = (request.headers.get("cookie") ?? "").split(/;\s*/);
  const named = cookies.find((one) => one.startsWith(`${cookieName(port)}=`));
  const cookie = named?.slice(cookieName(port).length + 1) ?? null;
  return key.admits({ cookie, page: request.headers.get(pageHeader) ?? pageInAddress(url) });
}

const pageHeader = "x-atlasbridge-page";

/** A subscription is made by the browser itself, which adds no header of ours. */
function pageInAddress(url: URL): string | null {
  try {
    const given: unknown = JSON.parse(url.searchParams.get("connectionParams") ?? "null");
    if (typeof given !== "object" || given === null || !("page" in given)) return null;
    return typeof given.page === "string" ? given.page : null;
  } catch {
    return null;
  }
}

async function procedure(request: Request, url: URL, parts: LocalParts): Promise<Response> {
  if (url.pathname.startsWith("/cast/")) return await cast(url.pathname, parts);
  if (url.pathname.startsWith("/report/")) return report(url.pathname, parts);
  const type = request.headers.get("content-type");
  if (request.method === "POST" && type?.startsWith("application/json") !== true) {
    return told(415, "send JSON");
  }
  return await fetchRequestHandler({
    endpoint: "/trpc",
    req: request,
    router: localRouter,
    createContext: () => ({ parts }),
  });
}

async function cast(path: string, parts: LocalParts): Promise<Response> {
  const lines = await parts.cast(path.slice("/cast/".length));
  if (lines === null) return told(404, "there is no such recording");
  return new Response(lines, { headers: { "content-type": "application/x-asciicast" } });
}

/** Saved, never shown here: it is a page with a script of its own. */
function report(path: string, parts: LocalParts): Response {
  const name = path.slice("/report/".length);
  const id = sessionId.safeParse(name);
  if (name !== "all" && !id.success) return told(404, "there is no such session");
  return new Response(parts.report(id.data ?? null), {
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="atlasbridge-${name}.html"`,
    },
  });
}

/** The page is the same at every address that is no file: it reads the address itself. */
function asset(request: Request, path: string, assets: ReadonlyMap<string, Asset>): Response {
  const found =
    assets.get(path) ?? (path.startsWith("/assets/") ? undefined : assets.get("/index.html"));
  if (found === undefined) return told(404, "there is nothing at this address");
  const headers = new Headers({ "content-type": found.type, vary: "accept-encoding" });
  // Their names hold a hash of what is in them.
  if (path.startsWith("/assets/")) {
    headers.set("cache-control", "private, max-age=31536000, immutable");
  }
  if (request.headers.get("accept-encoding")?.includes("gzip") !== true) {
    return new Response(Bun.gunzipSync(found.gzip), { headers });
  }
  headers.set("content-encoding", "gzip");
  return new Response(found.gzip, { headers });
}

function moved(to: string): Response {
  return new Response(null, { status: 303, headers: { location: to } });
}

function told(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}
