/** A recording for other players: plain asciicast v2, secrets taken out, and words in place of our own markers. Pure. */
import type { Cast, CastEvent } from "../pty/asciicast.ts";
import { castHead, castSeconds } from "../pty/cast-text.ts";

export type Exporting = {
  title: string;
  /** What a marker says of a prompt, by its id; null leaves it out. */
  label: (promptId: string) => string | null;
  /** Takes secrets out of a text that is there as a whole. */
  redact: (text: string) => string;
};

/** Its lines, each with its line feed. The events come as they are to be shown. */
export function* exportedLines({ head, events }: Cast, options: Exporting): Generator<string> {
  const { title, redact } = options;
  const { size, command, term, timestamp } = head;
  yield castHead({
    ...{ size, command: redact(command ?? ""), term, title: redact(title) },
    ...(timestamp === null ? {} : { timestamp }),
  });
  for (const event of events) {
    const exported = codeAndData(event, options);
    if (exported !== null) yield `${JSON.stringify([castSeconds(event.atMs), ...exported])}\n`;
  }
}

function codeAndData(
  event: CastEvent,
  { label, redact }: Exporting,
): readonly [string, string] | null {
  switch (event.kind) {
    case "output":
      return ["o", event.text];
    case "input":
      return ["i", event.text];
    case "resized":
      return ["r", `${event.size.cols}x${event.size.rows}`];
    case "prompt": {
      const text = label(event.id);
      return text === null ? null : ["m", redact(text)];
    }
    case "cut":
      return ["m", `the recording ends here: ${event.why}`];
    default:
      return null;
  }
}
