/** What a prompt shows that a person cannot read as it stands: concealed, or in another order than it is written. Pure. */
import type { Option, Subject } from "../../contracts/prompt.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { Reading } from "./reading.ts";

/** Embeddings, overrides and isolates of the bidirectional algorithm (Unicode UAX 9). */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/u;

type Shown = {
  reading: Reading;
  question: string;
  options: readonly Option[];
  subject: Subject | null;
  context: string;
};

/** Facts for the list of evidence; none where all can be read. */
export function hiddenFact(snapshot: Snapshot, shown: Shown): string[] {
  const { reading, question, options, subject, context } = shown;
  const top = snapshot.lines[reading.firstLine]?.top ?? 0;
  const bottom = snapshot.lines[reading.lastLine]?.bottom ?? -1;
  const rows = snapshot.screen.slice(Math.max(0, top), bottom + 1);
  const texts = [question, context, ...options.map(({ label }) => label)];
  const said = [...texts, subject?.command, subject?.path, subject?.host, subject?.detail];
  return [
    ...(rows.some((row) => row.hides === true) ? ["screen:hidden-text"] : []),
    ...(said.some((text) => REORDERING.test(text ?? "")) ? ["screen:reordered-text"] : []),
  ];
}
