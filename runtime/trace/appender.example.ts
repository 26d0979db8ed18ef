/** A process of its own that appends to a trace, for tests of several writers and of writers that are killed. */
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";

const [file = "", counted = "0"] = process.argv.slice(2);
const store = openAt(file);
const sessionId = draft.newSession();
const holder = { pid: process.pid, startedAs: "appender" };
store.append([draft.started()], { sessionId, opens: holder });
process.stdout.write("ready\n");
const endless = counted === "endless";
for (let count = 0; endless || count < Number(counted); count += 1) {
  for (const { drafts, claim } of draft.draftsOfPrompt()) {
    const [entry] = store.append(drafts, { sessionId, ...claim });
    // What a reader of this pipe has seen was durable before.
    if (endless) process.stdout.write(`${entry?.seq}\n`);
  }
}
store.append([draft.ended({ prompts: 0, answered: 0, escalated: 0 })], { sessionId });
store.close();
