/** A local socket: its owner, and nobody else, may ask a closed set of questions; one JSON line each way, then the end. */
import { rmSync } from "node:fs";
import {
  type OperatorReply,
  type OperatorRequest,
  operatorRequest,
  operatorRequestBytesMax,
} from "../../contracts/operator.ts";
import { forPersons, isGoverned } from "./governed.ts";
import { peerPid, verdictOn } from "./peer.ts";
import { prepareFolder } from "./socket-file.ts";

export type SessionSocket = {
  /** Takes the socket away. Safe to call twice. */
  close(): void;
};

/**
 * Who has not asked by then is sent away. The runtime looks every four seconds: with less than that, one who has just
 * come would be sent away now and then.
 */
const patienceSeconds = 5;
const askersMax = 16;

type Asker = { received: string; waiting: Uint8Array };
/** `pid`: whose process asks, where the system tells. */
type AnswerLine = (line: string, pid: number | null) => object;

/** What only a person may say. To ask, and to hold back, is anybody's. */
const personal: ReadonlySet<OperatorRequest["ask"]> = new Set(["reply", "deny", "resume", "stop"]);

/**
 * Listens until closed, without keeping the process alive. The folder is made, for its owner alone. Null where
 * there can be no socket: a session does not fail for that.
 */
export function listenFor(
  path: string,
  folder: string,
  answer: (request: OperatorRequest) => OperatorReply,
): SessionSocket | null {
  return listenForLines(path, folder, (line, pid) => {
    const request = operatorRequest.safeParse(jsonOf(line));
    const isPersonal = request.success && personal.has(request.data.ask);
    if (isPersonal && pid !== null && isGoverned(pid)) return refusedAs(forPersons);
    if (request.success) return answer(request.data);
    return refusedAs(jsonOf(line) === undefined ? notJson : "there is no such request");
  });
}

/** The same, whatever the questions are. */
export function listenForLines(
  path: string,
  folder: string,
  answer: AnswerLine,
): SessionSocket | null {
  try {
    if (prepareFolder(folder) !== null) return null;
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

function listen(path: string, answer: AnswerLine) {
  let askers = 0;
  return Bun.listen<Asker>({
    unix: path,
    socket: {
      open(socket) {
        socket.data = { received: "", waiting: new Uint8Array() };
        askers += 1;
        socket.timeout(patienceSeconds);
        const isStranger = verdictOn(socket) !== "same user";
        if (isStranger) say(socket, refusedAs("it belongs to another user"));
        else if (askers > askersMax) say(socket, refusedAs("too many ask at once; ask again"));
      },
      data(socket, bytes) {
        const asker = socket.data;
        // It has its answer.
        if (asker.waiting.length > 0) return;
        asker.received += new TextDecoder().decode(bytes);
        const end = asker.received.indexOf("\n");
        if (end === -1 && asker.received.length <= operatorRequestBytesMax) return;
        const line = asker.received.slice(0, end);
        say(socket, end === -1 ? refusedAs(notJson) : answer(line, peerPid(socket)));
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

function say(socket: Socket, reply: object): void {
  socket.data.waiting = new TextEncoder().encode(`${JSON.stringify(reply)}\n`);
  flush(socket);
}

function flush(socket: Socket): void {
  const asker = socket.data;
  if (asker.waiting.length === 0) return;
  const written = Math.max(0, socket.write(asker.waiting));
  asker.waiting = asker.waiting.subarray(written);
  if (asker.waiting.length === 0) socket.end();
}

const notJson = "the request is not one line of JSON";

const refusedAs = (why: string): OperatorReply => ({ reply: "refused", why });

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
