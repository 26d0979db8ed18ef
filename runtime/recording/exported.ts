/** A recording for other players: plain asciicast v2, secrets taken out, and words in place of our own markers. Pure. */
import type { Cast, CastEvent } from "../pty/asciicast.ts";
import { castHead, castSeconds } from "../pty/cast-text.ts";

export type Exporting = {
  title: string;
  /** What a marker says of a prompt, by its id; null leaves it out. */
  label: (promptId: string) => string | null;
  /** Takes secrets out of output that comes in pieces; what is held back comes with a later one. */
  redactor: { write(text: string): string; end(): string };
  /** The same for a text that is there as a whole. */
  redact: (text: string) => string;
};

/** Its lines, each with its line feed. */
export function* exportedLines({ head, events }: Cast, options: Exporting): Generator<string> {
  const { title, redactor, redact } = options;
  const { size, command, term, timestamp } = head;
  yield castHead({
    ...{ size, command: redact(command ?? ""), term, title: redact(title) },
    ...(timestamp === null ? {} : { timestamp }),
  });
  let atMs = 0;
  for (const event of events) {
    ({ atMs } = event);
    const exported = codeAndData(event, options);
    if (exported !== null) yield line(atMs, exported);
  }
  const rest = redactor.end();
  if (rest !== "") yield line(atMs, ["o", rest]);
}

function line(atMs: number, [code, data]: readonly [string, string]): string {
  return `${JSON.stringify([castSeconds(atMs), code, data])}\n`;
}

function codeAndData(
  event: CastEvent,
  { label, redactor, redact }: Exporting,
): readonly [string, string] | null {
  switch (event.kind) {
    case "output": {
      const text = redactor.write(event.text);
      return text === "" ? null : ["o", text];
    }
    case "input":
      return ["i", redact(event.text)];
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
