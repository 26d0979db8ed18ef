/** Lets a running session be asked, over its socket, what it sees. */
import { rmSync } from "node:fs";
import type { SessionId } from "../../../contracts/ids.ts";
import type { OperatorReply } from "../../../contracts/operator.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { listenFor, socketPath } from "../../../runtime/operator/listen.ts";
import { type Detect, explain } from "../../../runtime/prompt/explain.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { Tapped } from "../../../runtime/session/tap.ts";

type Asked = {
  id: SessionId;
  sight: Tapped["sight"];
  /** As the session detects. */
  detect: Detect;
};

/** Until the session ends. Without a socket (the folder's path is too long, say) the session is as good as with one. */
export function answerQuestions(
  session: Session,
  { folder, ...asked }: Asked & { folder: string },
): void {
  const path = socketPath(folder, asked.id);
  const socket =
    path === null ? null : listenFor(path, folder, () => session.withhold(explained(asked)));
  void session.ended.then(() => socket?.close());
}

/** Takes away the socket of a session whose runtime was killed. */
export function forgetSocket(folder: string, id: string | null): void {
  const path = id === null ? null : socketPath(folder, id);
  if (path !== null) rmSync(path, { force: true });
}

function explained({ id, sight, detect }: Asked): OperatorReply {
  const seen = sight();
  if (seen === null) return { reply: "refused", why: "the tool has not started yet" };
  const explanation = explain(seen.snapshot, seen.evidence, detect);
  return { reply: "explained", session_id: id, at: systemClock.now(), explanation };
}
