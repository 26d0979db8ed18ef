/** Asks every running session of this machine for the prompt that waits in it for a person. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { PromptsListView, WaitingPrompt } from "../../../contracts/operator.ts";
import type { Cli } from "../cli.ts";
import { ask, runningSessions } from "../running.ts";
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

async function promptIn(cli: Cli, id: SessionId): Promise<Found> {
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
  const { prompts } = await waitingPrompts(cli);
  const wanted = part.toLowerCase();
  const fits = ({ prompt_id: id }: WaitingPrompt): boolean =>
    wanted !== "" && (id.startsWith(wanted) || id.endsWith(wanted));
  const [first, second] = prompts.filter(fits);
  const told = `"${visible(part)}"`;
  if (first === undefined) {
    const message = `no prompt that waits for you has an id like ${told}; "atlasbridge prompts list" shows which do`;
    throw new AtlasError("not_found", message);
  }
  if (second === undefined) return first;
  throw new AtlasError("usage", `${told} fits several prompts; give more of the id`);
}
