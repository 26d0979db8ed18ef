/** Takes secrets out of a recording of a terminal, event by event, as it is exported. */
import type { CastEvent } from "../../pty/asciicast.ts";
import { StreamRedactor, type StreamOptions } from "./stream.ts";

/**
 * The same events in the same order, their texts as long as before. An event comes once its text is known to be safe;
 * what is held meanwhile is bounded as `StreamRedactor` says.
 */
export function* redactedEvents(
  events: Iterable<CastEvent>,
  options: StreamOptions,
): Generator<CastEvent> {
  const redactors = { output: new StreamRedactor(options), input: new StreamRedactor(options) };
  const ready = { output: "", input: "" };
  let waiting: CastEvent[] = [];
  const release = function* (): Generator<CastEvent> {
    let done = 0;
    for (const event of waiting) {
      if (event.kind !== "output" && event.kind !== "input") yield event;
      else if (ready[event.kind].length < event.text.length) break;
      else {
        yield { ...event, text: ready[event.kind].slice(0, event.text.length) };
        ready[event.kind] = ready[event.kind].slice(event.text.length);
      }
      done += 1;
    }
    waiting = waiting.slice(done);
  };
  for (const event of events) {
    waiting.push(event);
    if (event.kind === "resized") redactors.output.resize(event.size.cols);
    if (event.kind === "output" || event.kind === "input") {
      ready[event.kind] += redactors[event.kind].write(event.text);
    }
    yield* release();
  }
  ready.output += redactors.output.end();
  ready.input += redactors.input.end();
  yield* release();
}
