/** Asks every running session of this machine for the prompt that waits in it for a person. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { PromptsListView, WaitingPrompt } from "../../../contracts/operator.ts";
import { momentToIso } from "../../../contracts/moment.ts";
import type { PromptOutcome } from "../../../contracts/trace.ts";
import type { Cli } from "../cli.ts";
import { ask, runningSessions } from "../running.ts";
import { withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";

export type Waiting = Pick<PromptsListView, "prompts" | "unreachable">;

/** Longest waiting first. A session that ends meanwhile has no prompt any more; one that does not answer is told. */
export async function waitingPrompts(cli: Cli): Promise<Waiting> {
  const ids = runningSessions(cli);
  const found = await Promise.all(ids.map((id) => promptIn(cli, id)));
  const prompts = found.flatMap((one) => ("prompt" in one && one.prompt ? [one.prompt] : []));
  const unreachable = found.flatMap((one) => ("why" in one ? [one] : []));
  return { prompts: prompts.toSorted((a, b) => a.since - b.since), unreachable };
}

type Found = { prompt: WaitingPrompt | null } | { session_id: SessionId; why: string };

/** What it asks a person, or why it does not say. */
export async function promptIn(cli: Cli, id: SessionId): Promise<Found> {
  try {
    const reply = await ask(cli, id, { ask: "prompt" });
    if (reply.reply === "prompt") return { prompt: reply.prompt };
    return {
      session_id: id,
      why: reply.reply === "refused" ? reply.why : "it is of another version",
    };
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    return { session_id: id, why: error.message };
  }
}

/** The one prompt whose id begins or ends so. Ids made in the same second begin alike. */
export async function findWaiting(cli: Cli, part: string): Promise<WaitingPrompt> {
  const { prompts, unreachable } = await waitingPrompts(cli);
  const wanted = part.toLowerCase();
  const fits = ({ prompt_id: id }: WaitingPrompt): boolean =>
    wanted !== "" && (id.startsWith(wanted) || id.endsWith(wanted));
  const [first, second] = prompts.filter(fits);
  const told = `"${visible(part)}"`;
  if (first === undefined) {
    const list = '"atlasbridge prompts list" shows which wait';
    const end = await endOf(cli, wanted);
    const message =
      end === null
        ? `no prompt that waits for you has an id like ${told}${unasked(unreachable)}; ${list}`
        : `the prompt ${told} does not wait any more: ${end}; ${list}`;
    throw new AtlasError("not_found", message);
  }
  if (second === undefined) return first;
  throw new AtlasError("usage", `${told} fits several prompts; give more of the id`);
}

/** It may wait there: who has a prompt of a session that stands still is not to be told that there is none. */
function unasked(unreachable: Waiting["unreachable"]): string {
  const [first, ...others] = unreachable;
  if (first === undefined) return "";
  const more = others.length === 0 ? "" : `, and ${others.length} more did not answer`;
  return ` (session ${first.session_id.slice(-8)}: ${visible(first.why)}${more})`;
}

/** So many prompts back it is known what became of one. */
const endsMax = 1_000;

/** How a prompt has ended, as it is recorded; null where no late one has such an id. */
async function endOf(cli: Cli, wanted: string): Promise<string | null> {
  if (wanted === "") return null;
  return await withTrace(cli, (trace) => {
    const query = { kinds: ["prompt.closed"], last: endsMax } as const;
    for (const { kind, at, data } of trace?.entries(query) ?? []) {
      if (kind !== "prompt.closed") continue;
      const { prompt_id: id, outcome, reason } = data;
      if (!id.startsWith(wanted) && !id.endsWith(wanted)) continue;
      const because = reason === undefined ? "" : ` (${visible(reason)})`;
      return `${ends[outcome]}${because}, ${momentToIso(at)}`;
    }
    return null;
  });
}

const ends: Readonly<Record<PromptOutcome, string>> = {
  answered: "policy answered it",
  denied: "it was refused",
  person: "a person answered it",
  expired: "its time was over",
  withdrawn: "the tool took it back",
  no_effect: "an answer to it had no effect",
  interrupted: "its session was interrupted",
  session_ended: "its session has ended",
};
