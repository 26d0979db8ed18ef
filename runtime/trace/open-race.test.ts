/** Proves that a trace which grows while it is opened is not taken for one that was tampered with. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { AgentKey } from "./agent-key.ts";
import { asidesOf } from "./aside.ts";
import * as draft from "./drafts.example.ts";
import { openAt } from "./opened.example.ts";
import { scratchFolder } from "./scratch.example.ts";
import type { Connection } from "./sqlite-connection.ts";

test("another process appends between two reads of the end: nothing is set aside", () => {
  const folder = scratchFolder();
  const file = join(folder, "trace.db");
  const keys = new AgentKey(join(folder, "agent.key"));
  const other = openAt(file, { keys });
  // Ends with a session, and so with a checkpoint over all that is there.
  draft.writeSession(other, 1);
  let reads = 0;
  const between = (connection: Connection): Connection =>
    Object.assign(Object.create(connection) as Connection, {
      rows(...args: Parameters<Connection["rows"]>) {
        const found = connection.rows(...args);
        if (args[0].includes("FROM entries")) {
          reads += 1;
          if (reads <= 4) other.append([draft.noted()], { sessionId: null });
        }
        return found;
      },
    });
  const opened = openAt(file, { keys }, between);
  expect(reads).toBeGreaterThan(0);
  expect(asidesOf(file)).toEqual([]);
  expect(opened.head()).toEqual(other.head());
  opened.close();
  other.close();
});
