/** Joins the person's terminal and a running session until the session ends. */
import { classifyInput } from "../../../runtime/screen/input.ts";
import { withoutStatusReplies } from "../../../runtime/screen/status-reply.ts";
import type { ConfirmKey } from "../../../runtime/session/confirm-key.ts";
import type { SessionEnd } from "../../../runtime/session/parts.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { PersonTerminal } from "../../../runtime/session/person-terminal.ts";

/** Keys go to the tool, sizes and signals too; a terminal that is closed hangs up the tool. */
export async function attach(
  session: Session,
  terminal: PersonTerminal,
  key: ConfirmKey,
): Promise<SessionEnd> {
  const confirms = confirming(session, key);
  const classify = classifyInput();
  const replies = withoutStatusReplies();
  const report = (bytes: Uint8Array): void => {
    if (bytes.length > 0) session.terminalReported(bytes);
  };
  terminal.open({
    input(bytes) {
      for (const piece of classify(bytes)) {
        if (piece.type === "report") {
          report(replies.report(piece.bytes));
          continue;
        }
        report(replies.flush());
        if (piece.type === "key" && confirms(piece.bytes)) continue;
        const typed = piece.type === "key" || piece.type === "paste";
        if (typed) session.personTyped(piece.bytes);
        else session.terminalReported(piece.bytes);
      }
    },
    inputEnded: () => session.inputEnded(),
    resized: (size) => session.resize(size),
    outputFull: () => session.outputFull(true),
    outputRoom: () => session.outputFull(false),
    gone: () => session.hangUp(),
    signal: (name) => session.signal(name),
  });
  return await session.ended;
}

/** Whether a key was the person's word on a suggestion, and so is none of the tool's. */
function confirming(session: Session, key: ConfirmKey): (bytes: Uint8Array) => boolean {
  let down = false;
  return (bytes) => {
    const read = key.reads(bytes);
    const before = down;
    down = read === "press" && session.answers.confirm() !== "no";
    return down || (read === "release" && before);
  };
}
