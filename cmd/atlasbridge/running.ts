/** The sessions that run on this machine, as their sockets show, and how they are asked. */
import { readdirSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { type SessionId, sessionId } from "../../contracts/ids.ts";
import type { OperatorReply, OperatorRequest } from "../../contracts/operator.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askSession } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/listen.ts";
import type { Cli } from "./cli.ts";

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
