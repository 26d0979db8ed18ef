/** Ends a tool that nobody can answer: asks, then insists, each step after a grace period. */
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Pty } from "../pty/pty.ts";

/**
 * SIGINT first, as a person would press Ctrl-C, then SIGTERM, then SIGKILL. To be cancelled when the tool has
 * ended: a timer that still runs would keep the whole program waiting.
 */
export function endTool(pty: Pty, clock: Clock): Timer {
  pty.signal("SIGINT");
  let next = clock.after(limits.endGraceMs, () => {
    pty.signal("SIGTERM");
    next = clock.after(limits.endGraceMs, () => {
      pty.signal("SIGKILL");
      pty.close();
    });
  });
  return { cancel: () => next.cancel() };
}
