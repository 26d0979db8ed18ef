/** Whose trace it is, and which sessions are open in it: reading the small tables. */
import { type Activity, activity } from "../../contracts/activity.ts";
import { type AgentId, agentId, sessionId } from "../../contracts/ids.ts";
import { TraceBroken } from "./broken.ts";
import type { Connection } from "./sqlite-connection.ts";
import type { SessionRow } from "./store.ts";

export function readAgentId(connection: Connection, file: string): AgentId {
  const row = connection.rows<{ agent_id: string }>("SELECT agent_id FROM meta")[0];
  const parsed = agentId.safeParse(row?.agent_id);
  if (parsed.success) return parsed.data;
  throw new TraceBroken(file, { why: "damaged", found: "it does not say which agent it is of" });
}

export function readOpenSessions(connection: Connection): SessionRow[] {
  // All columns: a trace that only an older version has written so far has no activity.
  type Row = { session_id: string; pid: number; started_as: string; activity?: string | null };
  return connection.rows<Row>("SELECT * FROM holders ORDER BY session_id").map((row) => ({
    sessionId: sessionId.parse(row.session_id),
    holder: { pid: row.pid, startedAs: row.started_as },
    activity: readActivity(row.activity ?? null),
  }));
}

/** Null also for what is none: a note of another version is no reason to refuse the trace. */
function readActivity(json: string | null): Activity | null {
  if (json === null) return null;
  try {
    return activity.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
