/** How a prompt's options stand on the screen, which says by which arrows its highlight moves. Pure. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { KeyEncoding } from "../inject/keystrokes.ts";
import { isLibraryLine } from "../prompt/line-prompt.ts";
import type { PromptPlace } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Snapshot } from "../screen/snapshot.ts";

/** `row`: side by side, as buttons do; `column` wherever that is not plain to see. */
function layoutOf(
  snapshot: Snapshot,
  { top, bottom }: PromptPlace,
  { options }: Prompt,
): "column" | "row" {
  const labels = options.map(({ label }) => label);
  if (labels.length < 2 || labels.includes("")) return "column";
  const rows = snapshot.screen.slice(Math.max(0, top), bottom + 1).map(({ text }) => text);
  const isList = labels.every((label) => rows.some((row) => beginsWith(row, label)));
  if (isList) return "column";
  return rows.some((row) => holdsInOrder(row, labels)) ? "row" : "column";
}

/** Which bytes the keys of this prompt are. */
export function encodingOf(
  asked: EnterAsked,
  snapshot: Snapshot,
  { termios }: Pick<WaitEvidence, "termios">,
): KeyEncoding {
  const { bracketedPaste, applicationCursorKeys } = snapshot;
  const canonical = termios?.canonical ?? null;
  const layout = layoutOf(snapshot, asked.place, asked.prompt);
  const enter = enterAt(asked, { bracketedPaste, canonical });
  const counts = asked.place.counts === true ? { counts: true as const } : {};
  return { bracketedPaste, applicationCursorKeys, canonical, layout, enter, ...counts };
}

type EnterAsked = { prompt: Prompt; place: PromptPlace; keyPresumed?: true | undefined };

/**
 * On a raw terminal some programs take a key at once and others a line that they edit themselves: those that ask for
 * bracketed paste, and the prompt libraries.
 */
function enterAt(
  { prompt: { question, single_key: single }, place, keyPresumed }: EnterAsked,
  terminal: Pick<KeyEncoding, "bracketedPaste" | "canonical">,
): NonNullable<KeyEncoding["enter"]> {
  if (single && keyPresumed !== true) return "never";
  const isLine = terminal.canonical !== false || terminal.bracketedPaste;
  return isLine || place.dialog || isLibraryLine(question) ? "with the key" : "once echoed";
}

/** The label is the first thing on the row, but for marks, a frame and a number. */
function beginsWith(row: string, label: string): boolean {
  const text = row.replace(/^[^\p{L}\p{N}]*/u, "");
  return text.startsWith(label) || text.replace(/^\d{1,2}[.)]\s*/, "").startsWith(label);
}

function holdsInOrder(row: string, labels: readonly string[]): boolean {
  let from = 0;
  for (const label of labels) {
    const at = row.indexOf(label, from);
    if (at === -1) return false;
    from = at + label.length;
  }
  return true;
}
