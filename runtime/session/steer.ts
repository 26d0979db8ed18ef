/** Moving a menu's highlight to the wanted option: decides the next single key from what the screen shows. Pure. */
import { limits } from "../../contracts/limits.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { State } from "./state.ts";

export type Move =
  | { do: "press"; bytes: Uint8Array }
  | { do: "take"; bytes: Uint8Array }
  | { do: "wait" }
  | { do: "give_up"; why: string };

const keys = (text: string): Uint8Array => new TextEncoder().encode(text);
const enter = keys("\r");

/**
 * `stage.pending.prompt` is the menu as it was when the last key went out. Enter only when the highlight is
 * seen on the wanted label; another arrow only after the last one was seen to move it.
 */
export function steer(stage: Extract<State, { name: "steering" }>, shown: Prompt): Move {
  const { target, steps, pending } = stage;
  const at = shown.options.findIndex((o) => o.selected);
  const wanted = pending.prompt.options[target]?.label;
  if (at === -1) return { do: "give_up", why: "no option is highlighted on the screen" };
  if (wanted === undefined || shown.options[target]?.label !== wanted) {
    return { do: "give_up", why: "the menu changed while its highlight was moved" };
  }
  if (at === target) return { do: "take", bytes: enter };
  if (steps >= limits.optionsMax) {
    return { do: "give_up", why: "the highlight never came to the wanted option" };
  }
  const before = pending.prompt.options.findIndex((o) => o.selected);
  if (steps > 0 && before === at) return { do: "wait" };
  const introducer = pending.encoding.applicationCursorKeys ? "\u001bO" : "\u001b[";
  return { do: "press", bytes: keys(introducer + (at < target ? "B" : "A")) };
}
