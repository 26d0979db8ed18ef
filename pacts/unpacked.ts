/** Stands between the runtime and a pact, which speaks of what a body says: checks how it was signed, and unpacks it. */
import { contentDigest, isSameSecret, readSignature } from "../contracts/signature.ts";
import { hmacSha256, sha256 } from "../runtime/upload/hashes.ts";
import { sameKey } from "./same.ts";

/** In a pact in place of `Content-Encoding`, which its library would take for the coding of what it holds. */
export const unpackedField = "x-sent-as";

/** Calls with the address to send to in place of `target`. Throws for a request that is not signed as it must be. */
export async function unpackedFor<T>(
  target: string,
  call: (origin: string) => Promise<T>,
): Promise<T> {
  const faults: string[] = [];
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const body = await request.bytes();
      if (request.method === "POST") faults.push(...faultsOf(request, pathname, body));
      const headers = new Headers(request.headers);
      for (const name of ["host", "content-length", "connection"]) headers.delete(name);
      const isPacked = headers.get("content-encoding") === "zstd";
      const sent = isPacked ? Bun.zstdDecompressSync(body) : body;
      headers.delete("content-encoding");
      if (isPacked) headers.set(unpackedField, "zstd");
      const { method } = request;
      const answer = await fetch(`${target}${pathname}`, {
        ...{ method, headers },
        ...(method === "POST" ? { body: new Uint8Array(sent) } : {}),
      });
      return new Response(await answer.arrayBuffer(), answer);
    },
  });
  try {
    const done = await call(`http://127.0.0.1:${server.port}`);
    if (faults.length > 0) throw new Error(faults.join("; "));
    return done;
  } finally {
    await server.stop(true);
  }
}

function faultsOf(request: Request, path: string, body: Uint8Array): string[] {
  const header = (name: string): string | null => request.headers.get(name);
  const read = readSignature({ method: request.method, path, header });
  if (!read.ok) return [read.why];
  const own = hmacSha256(new TextEncoder().encode(sameKey.secret), read.base);
  return [
    ...(isSameSecret(own, read.signature) ? [] : ["the signature is not of the key"]),
    ...(header("content-digest") === contentDigest(body, sha256) ? [] : ["another digest"]),
  ];
}
