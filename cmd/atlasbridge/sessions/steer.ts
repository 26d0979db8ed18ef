/** `sessions stop|pause|resume`: asks running sessions to hold, to go on, or to end, and says what came of it. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import type {
  OperatorRequest,
  SessionState,
  SessionsSteeredView,
} from "../../../contracts/operator.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { Silent } from "../../../runtime/operator/ask.ts";
import { assertByPerson } from "../by-person.ts";
import type { Cli } from "../cli.ts";
import { ask, presenceOf, type Running, running, theOne } from "../running.ts";
import { visible, visibleJson } from "../visible.ts";

export type Which = { sessions: readonly string[]; all: boolean };

type Order = Extract<OperatorRequest, { ask: "pause" | "resume" | "stop" }>;
type Steered = SessionsSteeredView["sessions"][0];

export const pauseSessions = (cli: Cli, which: Which, freeze: boolean): Promise<number> =>
  steer(cli, which, { ask: "pause", freeze });

export function resumeSessions(cli: Cli, which: Which): Promise<number> {
  assertByPerson(cli);
  return steer(cli, which, { ask: "resume" });
}

export function stopSessions(cli: Cli, which: Which, force: boolean): Promise<number> {
  assertByPerson(cli);
  return steer(cli, which, { ask: "stop", force });
}

async function steer(cli: Cli, which: Which, order: Order): Promise<number> {
  const { states, silent } = await named(cli, which);
  const steered = await Promise.all(states.map((state) => steerOne(cli, state, order)));
  // What does not hear may be what most needs to be told.
  const deaf = silent.map(({ session_id, why }) => ({ session_id, done: false, why }));
  const sessions = [...steered, ...deaf];
  if (cli.json) {
    const view: SessionsSteeredView = { format: outputFormat, sessions };
    cli.out(`${visibleJson(view)}\n`);
  } else {
    for (const [at, one] of sessions.entries()) {
      cli.out(`${said([...states, ...silent][at], one, order)}\n`);
    }
    if (sessions.length === 0) cli.note("no session runs");
  }
  return sessions.every(({ done }) => done) ? exitCodes.ok : exitCodes.failed;
}

/** One running session, as the commands do it. Resolves with what is to be said of it. */
export async function steerSession(
  cli: Cli,
  id: SessionState["session_id"],
  order: Order,
): Promise<{ done: boolean; text: string }> {
  if (order.ask !== "pause") assertByPerson(cli);
  const presence = await presenceOf(cli, id);
  if ("why" in presence) return { done: false, text: presence.why };
  const { state } = presence;
  if (state === null) return { done: false, text: "it does not answer: it has ended" };
  const steered = await steerOne(cli, state, order);
  return { done: steered.done, text: said(state, steered, order) };
}

async function named(cli: Cli, { sessions, all }: Which): Promise<Running> {
  const found = await running(cli);
  if (all && sessions.length > 0) throw new AtlasError("usage", "name sessions, or say --all");
  if (all) return found;
  if (sessions.length === 0) throw new AtlasError("usage", "name a session, or say --all");
  return { states: [...new Set(sessions.map((part) => theOne(found, part)))], silent: [] };
}

async function steerOne(cli: Cli, state: SessionState, order: Order): Promise<Steered> {
  const { session_id } = state;
  const why = await faultOf(cli, session_id, order);
  return { session_id, done: why === null, why };
}

/** Null when it is as it was ordered. */
async function faultOf(
  cli: Cli,
  id: SessionState["session_id"],
  order: Order,
): Promise<string | null> {
  try {
    const reply = await ask(cli, id, order);
    if (reply.reply === "refused") return reply.why;
    if (reply.reply !== "state") return "it is of another version";
    if (order.ask !== "stop") {
      const wanted = order.ask === "resume" ? "running" : order.freeze ? "frozen" : reply.paused;
      return reply.paused === wanted ? null : `it is ${reply.paused}`;
    }
    return (await hasEnded(cli, id)) ? null : "it has not ended yet; say --force";
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
    // It ended before it was asked.
    return order.ask === "stop" && hasGone(error) ? null : error.message;
  }
}

const hasGone = (error: AtlasError): boolean =>
  error.code === "not_found" && !(error instanceof Silent);

const lookEveryMs = 20;
/** It is asked, made to, and what it has recorded is kept. */
const stopMs = limits.endGraceMs + 3_000;

async function hasEnded(cli: Cli, id: SessionState["session_id"]): Promise<boolean> {
  const until = systemClock.monotonicMs() + stopMs;
  while (systemClock.monotonicMs() < until) {
    const presence = await presenceOf(cli, id);
    if ("state" in presence && presence.state === null) return true;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
  return false;
}

type About = Pick<SessionState, "session_id" | "tool" | "label">;

function said(state: About | undefined, { done, why }: Steered, order: Order): string {
  const { session_id: id = "", tool = "", label = null } = state ?? {};
  const name = `${id.slice(-8)} ${visible(label ?? tool)}`;
  if (!done) return `${name}: ${visible(why ?? "not done")}`;
  switch (order.ask) {
    case "stop":
      return `${name} has ended`;
    case "resume":
      return `${name} goes on`;
    case "pause":
      return order.freeze
        ? `${name} is frozen: its processes stand still`
        : `${name} is paused: nothing is typed for you; your own keys are not held back`;
  }
}
