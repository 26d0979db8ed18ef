/** The rehearsal of a session's first answer, beside the session that it is for. */
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { SessionParts } from "../../../runtime/session/parts.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import { redactingStore } from "../../../runtime/trace/redacting-store.ts";
import type { TraceStore } from "../../../runtime/trace/store.ts";

/** While the tool gets ready to ask: its first answer is to be as fast as the later ones. */
export async function rehearseBeside(
  session: Session,
  {
    redactor,
    ...parts
  }: Pick<SessionParts, "openScreen" | "detect" | "decide"> & {
    redactor: Redactor;
  },
): Promise<void> {
  // Set from a callback, which the compiler does not follow.
  let next = "go on" as "go on" | "stop";
  // What ends at once is not made to wait for it.
  const after = Promise.withResolvers<void>();
  const timer = systemClock.after(limits.rehearseAfterMs, after.resolve);
  void session.ended.then(() => {
    next = "stop";
    timer.cancel();
    after.resolve();
  });
  await after.promise;
  if (next === "stop") return;
  const { rehearse } = await import("../../../runtime/session/rehearse.ts");
  const through = (store: TraceStore): TraceStore => redactingStore(store, redactor);
  await rehearse({ ...parts, through }, async () => {
    await new Promise<void>((resolve) => systemClock.after(0, resolve));
    return next;
  });
  // The maintained rules are loaded with the first address that holds a user's name.
  if (next === "go on") redactor.find("https://user@example.org/");
}
