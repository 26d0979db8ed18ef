/** The machine-wide brake: what `autopilot` sets and every session obeys before its next keystroke. */
import * as z from "zod";
import { moment } from "./moment.ts";
import { autonomyMode } from "./policy.ts";

export const autopilot = z.strictObject({
  /** `paused`: policy types nothing in any session. */
  state: z.enum(["running", "paused"]),
  /** The most that any session may do by itself; the stricter of this, the policy's mode and the session's counts. */
  mode: autonomyMode,
  /** When it was last changed; null when it never was. */
  changed_at: moment.nullable(),
});
export type Autopilot = z.infer<typeof autopilot>;
