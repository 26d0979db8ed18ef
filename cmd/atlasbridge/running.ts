/** The sessions that run on this machine, as their sockets show, and how they are asked. */
import { readdirSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import type { OperatorReply, OperatorRequest, SessionState } from "../../contracts/operator.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askSession } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/socket-file.ts";
import type { Cli } from "./cli.ts";
import { visible } from "./visible.ts";

/** Also such as were killed and left their socket behind. Throws `home_unusable` where that cannot be seen. */
export function runningSessions({ paths: { socketFolder } }: Cli): SessionId[] {
  let names: string[];
  try {
    names = readdirSync(socketFolder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new AtlasError("home_unusable", `${socketFolder} cannot be read: ${String(error)}`);
  }
  return names.flatMap((name) => {
    const id = sessionId.safeParse(name.replace(/\.sock$/, ""));
    return id.success ? [id.data] : [];
  });
}

/** Throws `not_found` where the session does not answer. */
export async function ask(
  { paths }: Cli,
  id: SessionId,
  request: OperatorRequest,
): Promise<OperatorReply> {
  return await askSession(socketPath(paths.socketFolder, id) ?? "", request, systemClock);
}

/** How it stands with every session that answers, oldest first. */
export async function runningStates(cli: Cli): Promise<SessionState[]> {
  const ids = runningSessions(cli).toSorted();
  const states = await Promise.all(ids.map((id) => stateOf(cli, id)));
  return states.flatMap((state) => (state === null ? [] : [state]));
}

/** Null: it does not answer, as one that has just ended. */
export async function stateOf(cli: Cli, id: SessionId): Promise<SessionState | null> {
  try {
    const reply = await ask(cli, id, { ask: "state" });
    return reply.reply === "state" ? reply : null;
  } catch (error) {
    if (error instanceof AtlasError && error.code === "not_found") return null;
    throw error;
  }
}

/** By its label, or by the start or end of its id; without either the one that runs. */
export async function findRunning(cli: Cli, part: string | undefined): Promise<SessionState> {
  return theOne(await runningStates(cli), part);
}

export function theOne(running: readonly SessionState[], part: string | undefined): SessionState {
  const wanted = part?.toLowerCase();
  const fits = ({ session_id: id, label }: SessionState): boolean =>
    wanted === undefined || label === part || id.startsWith(wanted) || id.endsWith(wanted);
  const found = running.filter(fits);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    const message =
      running.length === 0
        ? "no session runs; start one: atlasbridge run --keep -- CMD"
        : `no session that runs is called "${visible(part ?? "")}"; these do: ${named(running)}`;
    throw new AtlasError("not_found", message);
  }
  throw new AtlasError("usage", `${found.length} sessions run; say which: ${named(found)}`);
}

function named(states: readonly SessionState[]): string {
  const some = states.slice(0, namedMax).map(({ session_id: id, tool, label }) => {
    return `${id.slice(-8)} ${visible(label ?? tool)}`;
  });
  return `${some.join(", ")}${states.length > namedMax ? ", …" : ""}`;
}

const namedMax = 8;
