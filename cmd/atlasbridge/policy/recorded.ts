/** A prompt that the trace recorded, with the counts as they stood when it was asked. */
import { AtlasError } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import type { PastPrompt } from "../../../runtime/policy/history.ts";
import { ReplyCount } from "../../../runtime/session/replies.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { findSession, noSessions, withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import type { Asked, AskedOptions } from "./asked-prompt.ts";
import { past } from "./past.ts";

/** Throws `not_found` where there is none, `usage` where it is not clear which. */
export async function askedInTrace(cli: Cli, options: AskedOptions): Promise<Asked> {
  return await withTrace(cli, (trace) => {
    if (trace === null) throw new AtlasError("not_found", noSessions);
    const sessionId =
      options.session === undefined
        ? sessionOf(trace, options.prompt ?? "")
        : findSession(trace, options.session);
    return find(trace, sessionId, options);
  });
}

/** The session in which the prompt was asked. The rows are looked at as text: there may be a million. */
function sessionOf(trace: TraceReader, prefix: string): SessionId {
  const wanted = prefix.toLowerCase();
  if (!/^[0-9a-f-]{4,36}$/.test(wanted)) {
    const message = `--prompt ${visible(prefix)} is not the start of a prompt's id; with --session it may be a number`;
    throw new AtlasError("usage", message);
  }
  const found = new Map<string, string>();
  for (const { data, session_id: session } of trace.rows({ kinds: ["prompt.detected"] })) {
    const id = /"prompt_id":"([0-9a-f-]{36})"/.exec(data)?.[1] ?? "";
    if (id.startsWith(wanted) && session !== null) found.set(id, session);
    if (found.size > 1) throw new AtlasError("usage", severalPrompts(prefix));
  }
  const [session] = found.values();
  if (session === undefined) throw new AtlasError("not_found", noPrompt(prefix));
  return findSession(trace, session);
}

function severalPrompts(prefix: string): string {
  return `"${visible(prefix)}" fits several prompts; give more of the id`;
}

function noPrompt(prefix: string): string {
  return `the trace holds no prompt ${visible(prefix)}; "atlasbridge sessions show ID" lists a session's`;
}

function find(trace: TraceReader, sessionId: SessionId, options: AskedOptions): Asked {
  let now = 0;
  const count = new ReplyCount({ monotonicMs: () => now });
  const wanted = wantedIn(options);
  let seen = 0;
  let last: Asked | null = null;
  for (const event of past(trace, { sessionId })) {
    if (event.what === "ended") continue;
    const { prompt } = event;
    seen += 1;
    now = prompt.decision?.at ?? prompt.at;
    if (wanted(prompt, seen)) {
      last = askedAs(prompt, count, options);
      if (options.prompt !== undefined) return last;
    }
    addReply(count, prompt);
  }
  if (last !== null) return last;
  if (seen === 0) throw new AtlasError("not_found", `nothing was asked in session ${sessionId}`);
  const message = `session ${sessionId} has ${seen} prompts, and none is ${visible(options.prompt ?? "")}`;
  throw new AtlasError("not_found", message);
}

/** By number or by id; the last one where nothing is said. */
function wantedIn({ prompt: wanted }: AskedOptions): (prompt: PastPrompt, at: number) => boolean {
  if (wanted === undefined) return () => true;
  if (/^\d{1,6}$/.test(wanted)) return (_prompt, at) => at === Number(wanted);
  return (prompt) => prompt.id.startsWith(wanted.toLowerCase());
}

/** Counts a reply that policy really typed. */
function addReply(count: ReplyCount, { prompt, decision, typed }: PastPrompt): void {
  const rule = decision?.rule_id ?? null;
  if (rule === null || typed?.by !== "policy" || decision?.action !== "auto_reply") return;
  count.add(rule, prompt?.fingerprint ?? "", decision?.layer);
}

function askedAs(past: PastPrompt, count: ReplyCount, options: AskedOptions): Asked {
  const { prompt, session, id } = past;
  if (prompt === null) {
    const message = `the trace has no content of prompt ${id}: what it asked was erased or never kept`;
    throw new AtlasError("not_found", message);
  }
  const cwd = options.cwd ?? session.cwd;
  return {
    source: { from: "trace", session_id: session.id, prompt_id: id },
    prompt,
    tool: options.tool ?? session.tool,
    cwd: cwd ?? "",
    tag: options.label ?? session.tag,
    environment: options.environment ?? null,
    counts: {
      autoReplies: (layer) => count.of(layer),
      recent: count.recent(prompt.fingerprint),
    },
    gaps: cwd === null ? ["the session's folder is not recorded: give --cwd DIR"] : [],
  };
}
