/** Asks a running session over its socket. */
import { AtlasError } from "../../contracts/errors.ts";
import {
  type OperatorReply,
  operatorReply,
  type OperatorRequest,
} from "../../contracts/operator.ts";
import type { Clock } from "../clock.ts";

const patienceMs = 5_000;
/** A whole explanation of the largest screen is below this. */
const replyBytesMax = 16_777_216;

/** Throws `not_found` when nobody listens there, `internal` when the answer is no answer. */
export async function askSession(
  path: string,
  request: OperatorRequest,
  clock: Clock,
): Promise<OperatorReply> {
  const text = await exchange(path, `${JSON.stringify(request)}\n`, clock);
  const reply = operatorReply.safeParse(jsonOf(text));
  if (reply.success) return reply.data;
  const message = "the session's answer is not understood; it may be of another version";
  throw new AtlasError("internal", message);
}

async function exchange(path: string, line: string, clock: Clock): Promise<string> {
  const done = Promise.withResolvers<string>();
  const decoder = new TextDecoder();
  let received = "";
  const fail = (): void => done.reject(notRunning());
  const timer = clock.after(patienceMs, fail);
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
    socket.write(line);
    return await done.promise.finally(() => socket.terminate());
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
