/** What a governed session is doing at the moment, for lists, console and dashboards. */
import * as z from "zod";
import { moment } from "./moment.ts";
import { promptKind } from "./prompt.ts";

export const activity = z.strictObject({
  /** `waiting`: for an answer. `idle`: its own empty input box stands there, ready for the next request. */
  state: z.enum(["working", "waiting", "idle", "ended"]),
  /** Why that is thought; metadata, no word of the terminal's. */
  reason: z.string(),
  /** What it waits for; null unless it waits. */
  prompt_kind: promptKind.nullable(),
  /** Since when. */
  since: moment,
});
export type Activity = z.infer<typeof activity>;
