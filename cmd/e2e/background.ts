/** Sessions in the background, for end-to-end tests: started, asked, and gone with their world. */
import { detachedView, type SessionState, sessionState } from "../../contracts/operator.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askOver } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/socket-file.ts";
import * as z from "zod";
import { piped } from "./start.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

const reply = z.looseObject({ reply: z.string() });

const ended = new WeakSet<World>();

/** Ends what runs in the background when the world ends. */
export function endWith(world: World): void {
  if (ended.has(world)) return;
  ended.add(world);
  world.atEnd(() => piped(world, ["sessions", "stop", "--all", "--force"]));
}

/** `run --detach` with these arguments. Resolves with the session's id. */
export async function detached(world: World, args: readonly string[]): Promise<string> {
  endWith(world);
  const { code, stdout, stderr } = await piped(world, ["run", "--detach", "--json", ...args]);
  if (code !== 0) throw new Error(`run --detach ended with ${code}: ${stderr}`);
  return detachedView.parse(JSON.parse(stdout)).session_id;
}

/** How it stands with the session; null where it does not answer. */
export async function stateOf(world: World, id: string): Promise<SessionState | null> {
  const path = socketPath(`${world.home}/sockets`, id);
  if (path === null) throw new Error(`the path of ${id}'s socket is too long`);
  const options = { clock: systemClock, patienceMs: 5_000, schema: reply };
  const { reply: _reply, ...state } = await askOver(path, { ask: "state" }, options).catch(() => {
    return { reply: "none" };
  });
  return _reply === "none" ? null : sessionState.parse(state);
}

export async function becomes(
  world: World,
  id: string,
  wanted: Partial<SessionState>,
): Promise<void> {
  let last: SessionState | null = null;
  const isSo = async (): Promise<boolean> => {
    last = await stateOf(world, id);
    return (
      last !== null &&
      Object.entries(wanted).every(([name, value]) => last?.[name as keyof SessionState] === value)
    );
  };
  await until(`the session is ${JSON.stringify(wanted)}`, isSo, {
    seen: () => JSON.stringify(last),
  });
}

/** It has ended. */
export async function isOver(world: World, id: string): Promise<void> {
  await until("the session has ended", async () => (await stateOf(world, id)) === null);
}
