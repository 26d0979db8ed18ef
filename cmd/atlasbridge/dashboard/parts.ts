/** What the local dashboard is made of: the same functions and commands that a person has at a terminal. */
import * as z from "zod";
import { configListView } from "../../../contracts/config.ts";
import { doctorView } from "../../../contracts/doctor.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { traceTailView, traceVerifyView, traceWitnessesView } from "../../../contracts/views.ts";
import type { LocalParts } from "../../../runtime/operator/local-router.ts";
import { limitAll, pauseAll, resumeAll } from "../autopilot.ts";
import type { Cli } from "../cli.ts";
import { giveAnswer } from "../prompts/answer.ts";
import { findWaiting } from "../prompts/waiting.ts";
import { steerSession } from "../sessions/steer.ts";
import { castOf } from "./cast.ts";
import { lastDays } from "./days.ts";
import { glancesOf } from "./glances.ts";
import { LiveWatch } from "./live.ts";
import { ownCommand, ownJson } from "./own-command.ts";
import { policyParts } from "./policy.ts";
import { proofParts } from "./proofs.ts";
import { sessionsPage } from "./sessions.ts";
import { sessionStory } from "./story.ts";

export function localParts(cli: Cli): LocalParts {
  const watch = new LiveWatch(cli);
  return {
    live: (signal) => watch.follow(signal),
    async answer({ prompt_id: id, fingerprint, value }) {
      // As the page showed it: the session refuses when another one stands there by now.
      const find = async () => ({ ...(await findWaiting(cli, id)), fingerprint });
      const { fate } = await giveAnswer(cli, find, { value, by: "dashboard" });
      return fate;
    },
    sessions: async (asked) => await sessionsPage(cli, asked),
    session: async (id) => await sessionStory(cli, id),
    days: async (count) => await lastDays(cli, count),
    glances: async (asked) => await glancesOf(cli, asked),
    steer: async ({ session_id: id, do: how }) => await steerSession(cli, id, orders[how]),
    cast: async (id) => await castOf(cli, id),
    report: (session) => {
      const what = session === null ? ["trace", "export"] : ["sessions", "export", session];
      return ownCommand(cli, [...what, "--format", "html"]).stdout;
    },
    policy: policyParts(cli),
    autopilot: (change) => {
      if (change.do === "pause") return pauseAll(cli, "dashboard");
      if (change.do === "resume") return resumeAll(cli, "dashboard");
      return limitAll(cli, change.mode, "dashboard");
    },
    brakes: async () => {
      const { entries } = await ownJson(cli, ["autopilot", "history"], traceTailView);
      return braked.array().parse(entries.slice(-brakesMax).toReversed());
    },
    verify: async () => await ownJson(cli, ["trace", "verify"], traceVerifyView),
    ...proofParts(cli),
    witnesses: async () => await ownJson(cli, ["trace", "witness", "list"], traceWitnessesView),
    doctor: async () => await ownJson(cli, ["doctor"], doctorView),
    settings: async () => await ownJson(cli, ["config", "list"], configListView),
    async setSetting({ key, value }) {
      const change = value === null ? ["unset", key] : ["set", key, "--", value];
      await ownJson(cli, ["config", ...change], z.looseObject({ format: z.literal(outputFormat) }));
    },
  };
}

const orders = {
  pause: { ask: "pause", freeze: false },
  freeze: { ask: "pause", freeze: true },
  resume: { ask: "resume" },
  stop: { ask: "stop", force: false },
  kill: { ask: "stop", force: true },
} as const;

const brakesMax = 50;

/** Of an entry what the page tells. */
const braked = z
  .looseObject({
    seq: z.int(),
    at: z.int(),
    data: z.looseObject({ mode: z.string(), by: z.string(), action: z.string().optional() }),
  })
  .transform(({ seq, at, data: { mode, by, action } }) => ({ seq, at, mode, by, action }));
