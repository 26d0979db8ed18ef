/** Ends a tool that nobody can answer: asks, then insists, each step after a grace period. */
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { Pty } from "../pty/pty.ts";

/** SIGINT first, as a person would press Ctrl-C, then a hang-up, then SIGKILL; an exit in between makes the rest moot. */
export function endTool(pty: Pty, clock: Clock): void {
  pty.signal("SIGINT");
  clock.after(limits.endGraceMs, () => {
    pty.signal("SIGTERM");
    clock.after(limits.endGraceMs, () => {
      pty.signal("SIGKILL");
      pty.close();
    });
  });
}
