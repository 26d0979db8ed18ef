/** The names that a half-typed line may mean: of sessions that run, that ran, and of prompts that wait. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import { summarise } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { shortIds } from "../layout.ts";
import { openTrace } from "../trace/source.ts";

type Complete = (value: string, description: string) => void;

const kinds = ["running", "recorded", "waiting", "labels", "tools"] as const;
export type Candidates = Record<(typeof kinds)[number], (complete: Complete) => void>;

/** As many as a person looks through, of those that are new. */
const sessionsMax = 30;

/** Read from the trace alone: nobody who runs is asked, and whoever presses the key does not wait. */
export function candidatesIn(cli: Cli): Candidates {
  const from = (use: (trace: TraceReader, complete: Complete) => void) => (complete: Complete) => {
    withTraceNow(cli, (trace) => use(trace, plainOnly(complete)));
  };
  return {
    running: from((trace, complete) => {
      for (const one of newest(trace).filter(({ state }) => state === "running")) {
        if (one.label !== null) complete(one.label, one.tool);
        complete(one.session_id.slice(-8), one.label ?? one.tool);
      }
    }),
    recorded: from((trace, complete) => {
      const short = shortIds(trace.sessionIds());
      for (const one of newest(trace)) {
        const name = one.label === null ? one.tool : `${one.tool} ${one.label}`;
        complete(short(one.session_id), `${name}, ${one.state}`);
      }
    }),
    waiting: from((trace, complete) => {
      const asked = new Map<string, string>();
      for (const { sessionId, holder } of trace.openSessions()) {
        if (isGone(holder)) continue;
        for (const { kind, data } of trace.entries({ sessionId })) {
          if (kind === "prompt.escalated") asked.set(data.prompt_id, "waits for you");
          else if (kind === "prompt.closed") asked.delete(data.prompt_id);
        }
      }
      for (const [id, text] of asked) complete(id.slice(-8), text);
    }),
    labels: from((trace, complete) => {
      for (const { label, tool } of newest(trace)) if (label !== null) complete(label, tool);
    }),
    tools: from((trace, complete) => {
      for (const { tool } of newest(trace)) complete(tool, "");
    }),
  };
}

function newest(trace: TraceReader): SessionSummary[] {
  const ids = trace.sessionIds().slice(-sessionsMax).toReversed();
  return ids.flatMap((id) => summarise(trace, id, isGone) ?? []);
}

/** What a shell would take for something else is not offered: its id finds the session as well. */
function plainOnly(complete: Complete): Complete {
  return (value, description) => {
    if (/^[\w@%+][\w@%+.,-]*$/.test(value))
      complete(value, description.replaceAll(/[^\w .,-]/g, "?"));
  };
}

/** Nothing is offered where nothing can be read: a half-typed line is no place for an error. */
function withTraceNow(cli: Cli, use: (trace: TraceReader) => void): void {
  let trace: TraceReader | null = null;
  try {
    trace = openTrace(cli);
    if (trace !== null) use(trace);
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error;
  } finally {
    trace?.close();
  }
}
