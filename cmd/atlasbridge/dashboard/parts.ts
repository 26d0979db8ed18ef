/** What the local dashboard is made of: the same functions that the commands call. */
import type { LocalParts } from "../../../runtime/operator/local-router.ts";
import type { Cli } from "../cli.ts";
import { giveAnswer } from "../prompts/answer.ts";
import { findWaiting } from "../prompts/waiting.ts";
import { castOf } from "./cast.ts";
import { LiveWatch } from "./live.ts";
import { sessionView, sessionsPage } from "./sessions.ts";

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
    session: async (id) => await sessionView(cli, id),
    cast: async (id) => await castOf(cli, id),
  };
}
