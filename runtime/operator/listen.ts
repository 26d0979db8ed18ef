/** The socket of a running session: its owner, and nobody else, may ask it a closed set of questions. */
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  type OperatorReply,
  type OperatorRequest,
  operatorRequest,
  operatorRequestBytesMax,
} from "../../contracts/operator.ts";

export type SessionSocket = {
  /** Takes the socket away. Safe to call twice. */
  close(): void;
};

/** A socket's path may be this long in bytes (`sun_path`, the shorter of Linux and macOS). */
const pathBytesMax = 103;
/** Who has not asked by then is sent away. */
const patienceSeconds = 2;
const askersMax = 4;

/** Where the session's socket lies; null when the folder's path is too long for one. */
export function socketPath(folder: string, sessionId: string): string | null {
  const path = join(folder, `${sessionId}.sock`);
  return Buffer.byteLength(path) > pathBytesMax ? null : path;
}

type Asker = { received: string; waiting: Uint8Array };

/**
 * Listens until closed, without keeping the process alive. The folder is made, for its owner alone. Null where
 * there can be no socket: a session does not fail for that.
 */
export function listenFor(
  path: string,
  folder: string,
  answer: (request: OperatorRequest) => OperatorReply,
): SessionSocket | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const server = listen(path, answer);
    server.unref();
    let state: "open" | "closed" = "open";
    return {
      close() {
        if (state === "closed") return;
        state = "closed";
        server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } catch {
    return null;
  }
}

function listen(path: string, answer: (request: OperatorRequest) => OperatorReply) {
  let askers = 0;
  return Bun.listen<Asker>({
    unix: path,
    socket: {
      open(socket) {
        socket.data = { received: "", waiting: new Uint8Array() };
        askers += 1;
        socket.timeout(patienceSeconds);
        if (askers > askersMax) socket.terminate();
      },
      data(socket, bytes) {
        const asker = socket.data;
        asker.received += new TextDecoder().decode(bytes);
        const end = asker.received.indexOf("\n");
        if (end === -1 && asker.received.length <= operatorRequestBytesMax) return;
        const reply = replyTo(end === -1 ? "" : asker.received.slice(0, end), answer);
        asker.waiting = new TextEncoder().encode(`${JSON.stringify(reply)}\n`);
        flush(socket);
      },
      drain: flush,
      timeout: (socket) => socket.terminate(),
      close() {
        askers -= 1;
      },
      error: (socket) => socket.terminate(),
    },
  });
}

type Socket = { data: Asker; write(bytes: Uint8Array): number; end(): void };

function flush(socket: Socket): void {
  const asker = socket.data;
  if (asker.waiting.length === 0) return;
  const written = Math.max(0, socket.write(asker.waiting));
  asker.waiting = asker.waiting.subarray(written);
  if (asker.waiting.length === 0) socket.end();
}

function replyTo(line: string, answer: (request: OperatorRequest) => OperatorReply): OperatorReply {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { reply: "refused", why: "the request is not one line of JSON" };
  }
  const request = operatorRequest.safeParse(value);
  if (!request.success) return { reply: "refused", why: "there is no such request" };
  return answer(request.data);
}
