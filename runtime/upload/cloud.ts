/** The only file that knows a URL or opens a connection: asks the cloud service, and believes nothing of what comes back. */
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import { contentDigest, signRequest } from "../../contracts/signature.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { hmacSha256, sha256 } from "./hashes.ts";
import type { Exchange } from "./reply.ts";

export type SigningKey = { keyId: string; secret: string };

/** Each call is one request, and ends within its time whatever the service does. None throws for what the service does. */
export interface Cloud {
  /** Signed with the key. `body`: JSON; `isCompressed`: by zstd. */
  post(path: string, sent: { body: Uint8Array; isCompressed: boolean }): Promise<Exchange>;
  /** Not signed. */
  get(path: string): Promise<Exchange>;
}

export type CloudOptions = {
  /** Checked by `cloudOrigin`. */
  origin: string;
  /** Asked for each request: it may be another one by then. */
  key: () => SigningKey;
  clock: Clock;
  random: Random;
  /** Ends what is under way. */
  signal?: AbortSignal;
  /** `limits.cloudRequestMs` unless given. */
  withinMs?: number;
};

/** The address as it is asked: without a path. Throws `usage` for one over which anybody could listen. */
export function cloudOrigin(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new AtlasError("usage", `"${url}" is no address of a service; give https://HOST`);
  }
  const { pathname, search, hash, username, password } = parsed;
  if (pathname !== "/" || search !== "" || hash !== "" || username !== "" || password !== "") {
    const message = `the address of the service is https://HOST or https://HOST:PORT, with nothing behind or before it`;
    throw new AtlasError("usage", message);
  }
  if (parsed.protocol === "http:" && !isLoopback(parsed.hostname)) {
    const message = `${parsed.origin} is not encrypted; give an address that begins with https://`;
    throw new AtlasError("usage", message);
  }
  return parsed.origin;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const nonceBytes = 18;
const jsonType = "application/json";

export function openCloud(options: CloudOptions): Cloud {
  return {
    async post(path, { body, isCompressed }) {
      const headers: Record<string, string> = {
        "content-type": jsonType,
        "content-digest": contentDigest(body, sha256),
        ...(isCompressed ? { "content-encoding": "zstd" } : {}),
      };
      const request = { method: "POST", path, header: (name: string) => headers[name] ?? null };
      const { clock, random, key } = options;
      const { keyId, secret } = key();
      const signed = signRequest(request, {
        keyId,
        secret,
        created: Math.floor(clock.now() / 1_000),
        nonce: random.bytes(nonceBytes).toBase64({ alphabet: "base64url" }),
        hmac: hmacSha256,
      });
      return await ask(path, { method: "POST", body, headers: { ...headers, ...signed } }, options);
    },
    get: (path) => ask(path, { method: "GET", headers: {} }, options),
  };
}

type Request = { method: string; headers: Record<string, string>; body?: Uint8Array };

async function ask(path: string, request: Request, options: CloudOptions): Promise<Exchange> {
  const { origin, clock, signal, withinMs = limits.cloudRequestMs } = options;
  const end = new AbortController();
  let isLate = false;
  const timer = clock.after(withinMs, () => {
    isLate = true;
    end.abort();
  });
  const stop = (): void => end.abort();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  try {
    const response = await fetch(`${origin}${path}`, {
      method: request.method,
      headers: { ...request.headers, accept: jsonType, "accept-encoding": "identity" },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      // A connection that was kept would be tried again by itself when it turns out to be dead.
      keepalive: false,
      // Nothing was asked for in an encoding: what comes in one is not unpacked.
      decompress: false,
      // Whatever the environment says of it (NODE_TLS_REJECT_UNAUTHORIZED).
      tls: { rejectUnauthorized: true },
      signal: end.signal,
    });
    return await taken(response);
  } catch (error) {
    if (isLate) {
      const detail = `${origin} did not answer within ${Math.ceil(withinMs / 1_000)} s`;
      return { got: "nothing", problem: "timed-out", detail };
    }
    return { got: "nothing", problem: "unreachable", detail: `${origin}: ${reasonOf(error)}` };
  } finally {
    // Of an answer that was not read to its end nothing more is to come.
    end.abort();
    timer.cancel();
    signal?.removeEventListener("abort", stop);
  }
}

/** Reads no more than an answer may have. */
async function taken(response: Response): Promise<Exchange> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > limits.cloudReplyBytesMax) {
      const detail = `the answer has more than the ${limits.cloudReplyBytesMax / 1_024} KiB that one may have`;
      return { got: "nothing", problem: "reply-too-large", detail };
    }
    chunks.push(chunk);
  }
  return {
    got: "reply",
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    retryAfter: response.headers.get("retry-after"),
    body: Buffer.concat(chunks),
  };
}

/** One line without what a service could have put into it. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = reasons[code];
  if (known !== undefined) return known;
  if (!/^\w{1,64}$/.test(code)) return "it cannot be reached";
  return /CERT|TLS|SSL|CHAIN/.test(code) ? `its certificate is not trusted (${code})` : code;
}

const reasons: Readonly<Record<string, string>> = {
  ConnectionRefused: "nobody listens there",
  ECONNREFUSED: "nobody listens there",
  ConnectionClosed: "the connection was cut",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no machine of that name",
  FailedToOpenSocket: "there is no way to that machine",
  ENETUNREACH: "there is no way to that machine",
  EHOSTUNREACH: "there is no way to that machine",
};
