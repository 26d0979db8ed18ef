/** A recording as text: what stood on the screen at each prompt and what became of it. */
import type { PromptTimeline } from "../../../../contracts/views.ts";
import type { Cast } from "../../../../runtime/pty/asciicast.ts";
import { stillsOf } from "../../../../runtime/recording/stills.ts";
import type { Snapshot } from "../../../../runtime/screen/snapshot.ts";
import { visible } from "../../visible.ts";
import { decided, typed } from "./panel.ts";

export function* transcriptLines(
  cast: Cast,
  prompts: readonly PromptTimeline[],
): Generator<string> {
  let number = 0;
  for (const { atMs, prompt, snapshot } of stillsOf(cast)) {
    const at = `${(atMs / 1_000).toFixed(3)} s`;
    if (prompt === null) {
      yield `== ${at}: the end`;
      yield* rowsOf(snapshot);
      return;
    }
    number += 1;
    const told = prompts.find(({ prompt_id }) => prompt_id === prompt.id);
    yield `== ${at}: prompt ${number}${told === undefined ? "" : ` (${told.prompt_kind}, ${told.confidence})`}, ${prompt.id}`;
    yield* rowsOf(snapshot);
    if (told !== undefined) {
      yield `-- ${visible(decided(told))}`;
      yield `-- ${visible(typed(told))}`;
    }
  }
}

/** The rows down to the last that is not blank. */
function rowsOf({ screen }: Pick<Snapshot, "screen">): string[] {
  const last = screen.findLastIndex(({ text }) => text !== "");
  return screen.slice(0, last + 1).map(({ text }) => visible(text));
}
