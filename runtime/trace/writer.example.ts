/** A process of its own that asks and answers for some seconds, and says how many entries that made and how long each append took. */
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import { openAt } from "./opened.example.ts";
import * as draft from "./drafts.example.ts";

const [file = "", seconds = "1", pauseMs = "0"] = process.argv.slice(2);
const store = openAt(file);
const sessionId = draft.newSession();
store.append([draft.started()], { sessionId, opens: { pid: process.pid, startedAs: "writer" } });
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => void systemClock.after(ms, resolve));
const until = systemClock.monotonicMs() + Number(seconds) * 1_000;
const ms: number[] = [];
let prompts = 0;
let appended = 1;
while (systemClock.monotonicMs() < until) {
  prompts += 1;
  for (const { drafts, claim } of draft.draftsOfPrompt()) {
    const from = systemClock.monotonicMs();
    appended += store.append(drafts, { sessionId, ...claim }).length;
    ms.push(systemClock.monotonicMs() - from);
  }
  // No two in step.
  const share = 0.5 + (systemRandom.bytes(1)[0] ?? 0) / 255;
  if (Number(pauseMs) > 0) await pause(Number(pauseMs) * share);
}
appended += store.append([draft.ended({ prompts, answered: prompts, escalated: 0 })], {
  sessionId,
}).length;
store.close();
process.stdout.write(JSON.stringify({ appended, ms }));
