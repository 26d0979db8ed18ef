/** A process of its own that archives a trace, and ends itself at one step of it: for tests of what is cut off. */
import { AgentKey } from "./agent-key.ts";
import { archiveTrace } from "./archive.ts";
import { openAt } from "./opened.example.ts";
import { archiveFolder } from "./sqlite-reader.ts";

const [file = "", before = "", step = ""] = process.argv.slice(2);
const store = openAt(file, { keys: new AgentKey(`${file}.key`) });
archiveTrace(store, {
  folder: archiveFolder(file),
  before: Number(before),
  at: (at) => {
    if (at === step) process.kill(process.pid, "SIGKILL");
  },
});
store.close();
