/** A session's recording for the page's player: as it is exported, without secrets. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { Cli } from "../cli.ts";
import { redactionOf } from "../redaction.ts";
import { exportedCast } from "../sessions/exported-cast.ts";
import { sessionRecording } from "../sessions/found-recording.ts";
import { withTrace } from "../trace/source.ts";

/** Null where there is none. It is read as fast as the page takes it. */
export async function castOf(
  cli: Cli,
  id: string,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  try {
    const found = await withTrace(cli, (trace) => sessionRecording(cli, trace, id));
    const lines = exportedCast(found, redactionOf(cli));
    const encoder = new TextEncoder();
    return new ReadableStream({
      pull(controller) {
        const next = lines.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      cancel: () => void lines.return(undefined),
    });
  } catch (error) {
    if (error instanceof AtlasError && error.code === "not_found") return null;
    throw error;
  }
}
