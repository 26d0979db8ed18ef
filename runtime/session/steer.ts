/** Moving a menu's highlight to the wanted option: decides the next single key from what the screen shows. Pure. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { KeyEncoding } from "../inject/keystrokes.ts";
import { bytesOf, type MenuMove, nextMove } from "../inject/menu.ts";
import type { State } from "./state.ts";

export type Move =
  | { do: "press"; bytes: Uint8Array }
  | { do: "take"; bytes: Uint8Array }
  | { do: "wait" }
  | { do: "give_up"; why: string };

/**
 * `stage.pending.prompt` is the menu as it was when the last key went out. Enter only when the highlight is seen on
 * the wanted label; another key only after the last one was seen to work. Never more bytes than were recorded.
 */
export function steer(stage: Extract<State, { name: "steering" }>, shown: Prompt): Move {
  const { pending, reply, typedBytes } = stage;
  if (reply.keys.how !== "steer") return { do: "give_up", why: "the reply is no menu's" };
  if (typedBytes > 0 && looksLike(shown, pending.prompt)) return { do: "wait" };
  const move = nextMove(shown.options, reply.keys.goal);
  // It may come back with the rest of the repaint; the timer gives up where it does not.
  if (move.key === null) return { do: "wait" };
  if (typedBytes + bytesOf(move) > reply.keys.bytesMax) {
    return { do: "give_up", why: "the highlight did not come to the wanted option as planned" };
  }
  const bytes = keyBytes(move, pending.encoding);
  return { do: move.key === "enter" ? "take" : "press", bytes };
}

/** The last key has shown no effect yet: same highlight, same ticks, same options in view. */
function looksLike(a: Prompt, b: Prompt): boolean {
  if (a.options.length !== b.options.length) return false;
  return a.options.every(({ label, selected, checked }, at) => {
    const other = b.options[at];
    return other?.label === label && other.selected === selected && other.checked === checked;
  });
}

function keyBytes({ key }: MenuMove, encoding: KeyEncoding): Uint8Array {
  if (key === "enter") return bytes("\r");
  if (key === "space") return bytes(" ");
  const introducer = encoding.applicationCursorKeys ? "\u001bO" : "\u001b[";
  const [forward, back] = encoding.layout === "row" ? ["C", "D"] : ["B", "A"];
  return bytes(introducer + (key === "next" ? forward : back));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
