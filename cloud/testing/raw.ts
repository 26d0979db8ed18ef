/** A request byte by byte over a bare connection: what no client library would send. */
import { connect } from "node:net";
import type { Sent } from "./agent.ts";

const encoder = new TextEncoder();

/** The bytes of a request, its headers as lines, so that they may be repeated, wrong or many. */
export function requestBytes(
  { headers, body }: Pick<Sent, "body"> & { headers: readonly string[] },
  path = "/v1/traces",
): Uint8Array {
  const head = [`POST ${path} HTTP/1.1`, "host: 127.0.0.1", ...headers, "", ""].join("\r\n");
  return Buffer.concat([encoder.encode(head), body]);
}

export const linesOf = (headers: Record<string, string>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/**
 * Sends the parts one after another, and resolves with all that came back once the other side closes, or has said a
 * whole reply. `end`: this side closes behind the last part.
 */
export function exchange(
  url: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { end = false }: { end?: boolean } = {},
): Promise<string> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<string>();
  let said = "";
  const socket = connect(Number(port), hostname, () => {
    void (async () => {
      for await (const part of parts) {
        if (socket.destroyed) return;
        await new Promise<void>((sent) => socket.write(part, () => sent()));
      }
      if (end) socket.end();
    })();
  });
  socket.setEncoding("utf8");
  socket.on("data", (text) => {
    said += String(text);
    if (isWhole(said)) socket.destroy();
  });
  socket.on("error", () => resolve(said));
  socket.on("close", () => resolve(said));
  return promise;
}

function isWhole(said: string): boolean {
  const split = said.indexOf("\r\n\r\n");
  const length = Number(/^content-length: (\d+)$/im.exec(said)?.[1] ?? "0");
  return split !== -1 && said.length >= split + 4 + length;
}

/** Status and problem's name of a reply; 0 when there was none. */
export function judged(said: string): { status: number; problem: string } {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1] ?? "0");
  return { status, problem: /"type":"\/problems\/([a-z-]+)"/.exec(said)?.[1] ?? "" };
}
