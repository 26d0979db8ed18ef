/** Joins the person's terminal and a running session until the session ends. */
import { classifyInput } from "../../../runtime/screen/input.ts";
import { withoutStatusReplies } from "../../../runtime/screen/status-reply.ts";
import type { SessionEnd } from "../../../runtime/session/parts.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { UserTerminal } from "../../../runtime/session/user-terminal.ts";

/** Keys go to the tool, sizes and signals too; a terminal that is closed hangs up the tool. */
export async function attach(session: Session, terminal: UserTerminal): Promise<SessionEnd> {
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
        const typed = piece.type === "key" || piece.type === "paste";
        if (typed) session.personTyped(piece.bytes);
        else session.terminalReported(piece.bytes);
      }
    },
    inputEnded: () => session.inputEnded(),
    resized: (size) => session.resize(size),
    outputFull: () => session.pauseOutput(),
    outputRoom: () => session.resumeOutput(),
    gone: (why) => session.hangUp(why),
    signal: (name) => session.signal(name),
  });
  return await session.ended;
}
