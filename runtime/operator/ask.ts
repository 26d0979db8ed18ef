/** Asks a running session, or the daemon, over its socket. */
import type * as z from "zod";
import { AtlasError } from "../../contracts/errors.ts";
import {
  type OperatorReply,
  operatorReply,
  type OperatorRequest,
} from "../../contracts/operator.ts";
import type { Clock } from "../clock.ts";
import { isStopped, peerPid, verdictOn } from "./peer.ts";
import { socketFault } from "./socket-file.ts";

const patienceMs = 5_000;
/** A whole explanation of the largest screen is below this. */
const replyBytesMax = 16_777_216;

/** Somebody listens there and says nothing: it has not ended. */
export class Silent extends AtlasError {
  readonly why: string;

  constructor(why: string) {
    super("not_found", `the session does not answer: ${why}`);
    this.name = "Silent";
    this.why = why;
  }
}

/** Throws `Silent` where the process that listens stands still: whatever it is asked, it does not hear. */
export function assertAwake(socket: object): void {
  const pid = peerPid(socket);
  if (pid === null || !isStopped(pid)) return;
  const how = `fg in its terminal, or: kill -CONT ${pid}`;
  throw new Silent(`its process ${pid} is stopped, as by ^Z; bring it back with ${how}`);
}

/**
 * Throws `not_found` when nobody listens there, `Silent` when nothing is said, `home_unusable` where others could listen in, `internal` when the
 * answer is no answer.
 */
export async function askSession(
  path: string,
  request: OperatorRequest,
  clock: Clock,
): Promise<OperatorReply> {
  return await askOver(path, request, { clock, patienceMs, schema: operatorReply });
}

export type AskOptions<T> = { clock: Clock; patienceMs: number; schema: z.ZodType<T> };

export async function askOver<T>(
  path: string,
  request: object,
  { clock, patienceMs: withinMs, schema }: AskOptions<T>,
): Promise<T> {
  assertOurs(path);
  const line = `${JSON.stringify(request)}\n`;
  const reply = schema.safeParse(jsonOf(await exchange(path, line, { clock, withinMs })));
  if (reply.success) return reply.data;
  const message = "the answer is not understood; it may come from another version";
  throw new AtlasError("internal", message);
}

/** What is said over a socket is for its owner: it is not said where another user could have put theirs. */
export function assertOurs(path: string): void {
  const fault = socketFault(path);
  if (fault === null) return;
  throw new AtlasError("home_unusable", `nothing was said: ${fault}`);
}

type Within = { clock: Clock; withinMs: number };

async function exchange(path: string, line: string, { clock, withinMs }: Within): Promise<string> {
  const done = Promise.withResolvers<string>();
  const decoder = new TextDecoder();
  // It may also fail after it was given up.
  done.promise.catch(() => undefined);
  let received = "";
  const fail = (): void => done.reject(notRunning());
  const silent = (): void => {
    const busy = `nothing came within ${withinMs / 1_000} s; it is too busy, or hangs`;
    done.reject(new Silent(busy));
  };
  const timer = clock.after(withinMs, silent);
  try {
    const socket = await Bun.connect({
      unix: path,
      socket: {
        data(_socket, bytes) {
          received += decoder.decode(bytes, { stream: true });
          if (received.length > replyBytesMax) fail();
        },
        close: () => (received === "" ? fail() : done.resolve(received)),
        error: fail,
      },
    });
    if (verdictOn(socket) !== "same user") {
      socket.terminate();
      throw new AtlasError("home_unusable", `nothing was said: another user listens at ${path}`);
    }
    try {
      assertAwake(socket);
      socket.write(line);
      return await done.promise;
    } finally {
      socket.terminate();
    }
  } catch (error) {
    throw error instanceof AtlasError ? error : notRunning(error);
  } finally {
    timer.cancel();
  }
}

function notRunning(cause?: unknown): AtlasError {
  const message =
    'the session does not answer: it has ended, or cannot be asked; "atlasbridge sessions list" shows which run';
  return new AtlasError("not_found", message, { cause });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
