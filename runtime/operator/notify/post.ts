/** The only file of the operator's side that opens a connection: posts once, and takes nothing of what comes back but its status. */
import type { NotifyResult } from "../../../contracts/notify.ts";
import type { Clock } from "../../clock.ts";
import type { Post } from "./formats.ts";

export type Answer = Pick<NotifyResult, "status" | "problem" | "detail">;

/** Ends within `withinMs` whatever the other side does, and does not throw for it. */
export async function post(
  { url, headers, body }: Post,
  { clock, withinMs }: { clock: Pick<Clock, "after">; withinMs: number },
): Promise<Answer> {
  const end = new AbortController();
  let isLate = false;
  const timer = clock.after(withinMs, () => {
    isLate = true;
    end.abort();
  });
  try {
    const { status } = await fetch(url, {
      method: "POST",
      headers: { ...headers, "user-agent": "AtlasBridge", "accept-encoding": "identity" },
      body,
      // Where it leads was not what the operator named.
      redirect: "manual",
      keepalive: false,
      decompress: false,
      // Whatever the environment says of it (NODE_TLS_REJECT_UNAUTHORIZED).
      tls: { rejectUnauthorized: true },
      signal: end.signal,
    });
    return told(status);
  } catch (error) {
    if (isLate) {
      const detail = `no answer within ${Math.ceil(withinMs / 1_000)} s`;
      return { status: null, problem: "timed-out", detail };
    }
    return { status: null, problem: "unreachable", detail: reasonOf(error) };
  } finally {
    // The answer's body is not wanted, however much of it there is.
    end.abort();
    timer.cancel();
  }
}

function told(status: number): Answer {
  if (status >= 200 && status < 300) return { status, problem: null, detail: null };
  if (status >= 300 && status < 400) {
    const detail = `it sends elsewhere (status ${status}), where nothing is sent to: name the right address`;
    return { status, problem: "redirected", detail };
  }
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  if (isPassing) return { status, problem: "failing", detail: `it answers with status ${status}` };
  const detail = `it refuses what is sent (status ${status}): check address and secret`;
  return { status, problem: "refused", detail };
}

/** One line without what the other side, or the address, could have put into it. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|TLS|SSL|CHAIN/.test(code)) return "its certificate is not trusted";
  return reasons[code] ?? "it cannot be reached";
}

const reasons: Readonly<Record<string, string>> = {
  ConnectionRefused: "nobody listens there",
  ECONNREFUSED: "nobody listens there",
  ConnectionClosed: "the connection was cut",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no machine of that name",
};
