/** The sessions that run on this machine, as their sockets show, and how they are asked. */
import { readdirSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import type { OperatorReply, OperatorRequest, SessionState } from "../../contracts/operator.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askSession, Silent } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/socket-file.ts";
import { isGone } from "../../runtime/session/holder.ts";
import { summarise } from "../../runtime/trace/summary.ts";
import type { Cli } from "./cli.ts";
import { withTrace } from "./trace/source.ts";
import { visible } from "./visible.ts";

/** Also such as were killed and left their socket behind. Throws `home_unusable` where that cannot be seen. */
export function runningSessions({ paths: { socketFolder } }: Cli): SessionId[] {
  let names: string[];
  try {
    names = readdirSync(socketFolder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const message = `${socketFolder} cannot be read (${code}); check its owner and mode`;
    throw new AtlasError("home_unusable", message, { cause: error });
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

/** One that runs and does not answer, as far as the trace knows it. */
export type SilentSession = Pick<SessionState, "session_id" | "tool" | "label"> & { why: string };

export type Running = { states: SessionState[]; silent: SilentSession[] };

/** How it stands with every session that runs, oldest first. */
export async function running(cli: Cli): Promise<Running> {
  const ids = runningSessions(cli).toSorted();
  const found = await Promise.all(ids.map((id) => presenceOf(cli, id)));
  const silent = found.flatMap((one) => ("why" in one ? [one] : []));
  return {
    states: found.flatMap((one) => ("state" in one && one.state !== null ? [one.state] : [])),
    silent: silent.length === 0 ? [] : await named(cli, silent),
  };
}

/** Null: it does not answer, as one that has just ended. */
export async function stateOf(cli: Cli, id: SessionId): Promise<SessionState | null> {
  const presence = await presenceOf(cli, id);
  return "state" in presence ? presence.state : null;
}

/** `why`: it is there and says nothing. A state of null: it is not there. */
export type Presence = { state: SessionState | null } | { session_id: SessionId; why: string };

export async function presenceOf(cli: Cli, id: SessionId): Promise<Presence> {
  try {
    const reply = await ask(cli, id, { ask: "state" });
    return { state: reply.reply === "state" ? reply : null };
  } catch (error) {
    if (error instanceof Silent) return { session_id: id, why: error.message };
    if (error instanceof AtlasError && error.code === "not_found") return { state: null };
    throw error;
  }
}

type Nameless = { session_id: SessionId; why: string };

async function named(cli: Cli, silent: readonly Nameless[]): Promise<SilentSession[]> {
  return await withTrace(cli, (trace) =>
    silent.map(({ session_id, why }) => {
      const summary = trace === null ? null : summarise(trace, session_id, isGone);
      const { tool = "a session", label = null } = summary ?? {};
      return { session_id, why, tool, label };
    }),
  );
}

/** By its label, or by the start or end of its id; without either the one that runs. */
export async function findRunning(cli: Cli, part: string | undefined): Promise<SessionState> {
  return theOne(await running(cli), part);
}

type Named = Pick<SessionState, "session_id" | "label">;

export function theOne({ states, silent }: Running, part: string | undefined): SessionState {
  const wanted = part?.toLowerCase();
  const fits = ({ session_id: id, label }: Named): boolean =>
    wanted === undefined || label === part || id.startsWith(wanted) || id.endsWith(wanted);
  const found = states.filter(fits);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    const asleep = silent.find(fits);
    if (asleep !== undefined) {
      throw new AtlasError("not_found", `${shown([asleep])}: ${asleep.why}`);
    }
    const message =
      states.length === 0
        ? "no session runs; start one: atlasbridge run --keep -- CMD"
        : `no session that runs is called "${visible(part ?? "")}"; these do: ${shown(states)}`;
    throw new AtlasError("not_found", message);
  }
  throw new AtlasError("usage", `${found.length} sessions run; say which: ${shown(found)}`);
}

function shown(states: readonly (Named & { tool: string })[]): string {
  const some = states.slice(0, namedMax).map(({ session_id: id, tool, label }) => {
    return `${id.slice(-8)} ${visible(label ?? tool)}`;
  });
  return `${some.join(", ")}${states.length > namedMax ? ", …" : ""}`;
}

const namedMax = 8;
