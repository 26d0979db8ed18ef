/** Asks every running session of this machine for the prompt that waits in it for a person. */
import { readdirSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../../contracts/ids.ts";
import type {
  OperatorReply,
  OperatorRequest,
  PromptsListView,
  WaitingPrompt,
} from "../../../contracts/operator.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { askSession } from "../../../runtime/operator/ask.ts";
import { socketPath } from "../../../runtime/operator/listen.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";

export type Waiting = Pick<PromptsListView, "prompts" | "unreachable">;

/** Longest waiting first. A session that ends meanwhile has no prompt any more; one that does not answer is told. */
export async function waitingPrompts(cli: Cli): Promise<Waiting> {
  const ids = socketsIn(cli.paths.socketFolder);
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

/** Throws `not_found` where the session does not answer. */
export async function ask(
  cli: Cli,
  id: SessionId,
  request: OperatorRequest,
): Promise<OperatorReply> {
  const path = socketPath(cli.paths.socketFolder, id) ?? "";
  return await askSession(path, request, systemClock);
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

/** Sockets in the folder, also such as were left behind by what was killed. */
function socketsIn(folder: string): SessionId[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new AtlasError("home_unusable", `${folder} cannot be read: ${String(error)}`);
  }
  return names.flatMap((name) => {
    const id = sessionId.safeParse(name.replace(/\.sock$/, ""));
    return id.success ? [id.data] : [];
  });
}
