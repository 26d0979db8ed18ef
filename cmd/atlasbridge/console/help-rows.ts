/** What each key of the console does. Pure. */
import { padded, type Row, span } from "./row.ts";

const help: readonly (readonly [string, string])[] = [
  ["", "Everywhere"],
  ["Tab, →  ⇧Tab, ←", "next panel, the one before"],
  ["↑ ↓ j k PgUp PgDn", "choose, or scroll"],
  ["/", "show only what has these words; Esc shows all again"],
  ["A", "pause the autopilot of all sessions, or let it go on"],
  ["?", "this help"],
  ["q, ^C", "leave; sessions, daemon and dashboard go on"],
  ["", "A question that waits for you"],
  ["y n 1…9 d Enter", "the answer beside it, typed once, into that question alone"],
  ["t", "type an answer, where words are asked for"],
  ["", "A session, or the session that asks"],
  ["a", "attach: be at its terminal; Ctrl-\\ comes back here"],
  ["p, f, r", "pause (nothing is typed for you), freeze, resume"],
  ["x", "stop it, once you have said so twice"],
  ["", "Services"],
  ["s x r", "start, stop, restart daemon, dashboard, uploader"],
  ["o", "a link that opens the dashboard once"],
];

export function helpRows(from: number, { height }: { height: number }): Row[] {
  const rows = help.map(([key, text]): Row => {
    if (key === "") return [span(text, "bold")];
    return [span(`  ${padded(key, 19)}`, "good"), span(text)];
  });
  const first = Math.min(from, Math.max(0, rows.length - height));
  return rows.slice(first, first + height);
}
