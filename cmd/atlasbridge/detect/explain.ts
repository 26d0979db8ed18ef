/** `atlasbridge detect explain`: looks at a recording or asks a running session, and prints how the verdict came about. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { Explanation } from "../../../contracts/explain.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { momentsOf } from "../../../runtime/lab/moments.ts";
import { play } from "../../../runtime/lab/play.ts";
import { explain } from "../../../runtime/prompt/explain.ts";
import { readRecording } from "../../../runtime/recording/read.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor } from "../layout.ts";
import { findRecording } from "../sessions/found-recording.ts";
import { ask, runningSessions } from "../running.ts";
import { visible } from "../visible.ts";
import { explanationText } from "./explanation-text.ts";

export type ExplainOptions = { file?: string; at?: string };

type Look = { at_ms: number | null; explanation: Explanation };

/** Throws `usage` when it is not clear what to look at, `not_found` when the session does not run. */
export async function explainDetection(
  cli: Cli,
  session: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const { file, at } = options;
  if ((session === undefined) === (file === undefined)) {
    const message = "name a running session, or a recording with --file; see --help";
    throw new AtlasError("usage", message);
  }
  if (at !== undefined && file === undefined) {
    throw new AtlasError("usage", "--at is for recordings; name one with --file");
  }
  const id = session === undefined ? null : findRunning(cli, session);
  const looks = id === null ? await looksAt(cli, file ?? "", at) : [await askOne(cli, id)];
  const view = { format: outputFormat, file: file ?? null, session_id: id, looks };
  const layout = layoutFor(process.stdout, cli);
  const text = (): string =>
    looks.map((look) => explanationText(look.explanation, look.at_ms, layout)).join("\n");
  return print(cli, view, text);
}

/** In a file, or in what was recorded of a session. */
async function looksAt(cli: Cli, file: string, at: string | undefined): Promise<Look[]> {
  const found = await findRecording(cli, file);
  const recording = readRecording(found.path, found.name);
  const times = at === undefined ? momentsOf(recording) : [momentOf(at)];
  const looks: Look[] = [];
  play(recording, times, {
    look: ({ ms, snapshot, evidence }) =>
      looks.push({ at_ms: Math.round(ms), explanation: explain(snapshot, evidence) }),
  });
  return looks;
}

function momentOf(text: string): number {
  const seconds = Number(text);
  // What was written at that very moment is to be seen.
  if (text.trim() !== "" && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000 + 0.01;
  throw new AtlasError("usage", `--at ${visible(text)} is not a number of seconds from the start`);
}

/** The one running session whose id begins so. A socket that was left behind is found, and told, when asked. */
function findRunning(cli: Cli, prefix: string): SessionId {
  const found = runningSessions(cli).filter(
    (id) => prefix !== "" && id.startsWith(prefix.toLowerCase()),
  );
  const [first, second] = found;
  const told = `"${visible(prefix)}"`;
  if (first === undefined) {
    const message = `no running session's id begins with ${told}; of one that is over its recording tells: --file ${visible(prefix)}`;
    throw new AtlasError("not_found", message);
  }
  if (second === undefined) return first;
  throw new AtlasError("usage", `${told} fits ${found.length} sessions; give more of the id`);
}

async function askOne(cli: Cli, id: SessionId): Promise<Look> {
  const reply = await ask(cli, id, { ask: "explain" });
  if (reply.reply !== "explained") {
    const why = reply.reply === "refused" ? reply.why : "its answer is another's";
    throw new AtlasError("not_found", `not now: ${why}; try again`);
  }
  return { at_ms: null, explanation: reply.explanation };
}
