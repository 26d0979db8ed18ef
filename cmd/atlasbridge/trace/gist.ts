/** What an entry says, in one line for a person. */
import { type EntryData, entryContent, type StoredEntry } from "../../../contracts/trace.ts";
import { visible } from "../visible.ts";

/** One line without control characters, whatever the tool had on its screen. */
export function gist(entry: StoredEntry): string {
  return visible(gistOf(entry));
}

function gistOf(entry: StoredEntry): string {
  switch (entry.kind) {
    case "trace.opened":
      return `by atlasbridge ${entry.data.runtime_version}${instead(entry.data.previous)}`;
    case "session.started":
    case "session.ended":
      return sessionGist(entry);
    case "prompt.detected":
    case "decision.made":
    case "prompt.escalated":
    case "reply.received":
    case "reply.injected":
    case "prompt.closed":
      return promptGist(entry);
    default:
      return otherGist(entry);
  }
}

type OfKind<K extends StoredEntry["kind"]> = Extract<StoredEntry, { kind: K }>;

function sessionGist(entry: OfKind<"session.started" | "session.ended">): string {
  if (entry.kind === "session.started") {
    const { tool, pid, mode } = entry.data;
    const content = entryContent["session.started"].safeParse(entry.content).data;
    const command = content === undefined ? missing(entry) : content.command.map(word).join(" ");
    const label =
      content?.label === undefined || content.label === null ? "" : ` "${content.label}"`;
    const goesOn = entry.data.continued === true ? " (continued)" : "";
    return `${tool}${label}${goesOn} mode ${mode}, pid ${pid}: ${command}`;
  }
  const { exit_code, signal, reason, prompts, answered, escalated } = entry.data;
  const how = exit_code !== null ? `exit ${exit_code}` : (signal ?? reason);
  return `${how}; ${prompts} prompts, ${answered} answered, ${escalated} escalated`;
}

/** Quoted where the words' borders would otherwise be lost; for reading, not for pasting. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}

type OfPrompt = OfKind<
  | "prompt.detected"
  | "decision.made"
  | "prompt.escalated"
  | "reply.received"
  | "reply.injected"
  | "prompt.closed"
>;

function promptGist(entry: OfPrompt): string {
  switch (entry.kind) {
    case "prompt.detected": {
      const { prompt_kind, confidence, cut } = entry.data;
      const content = entryContent["prompt.detected"].safeParse(entry.content).data;
      const question = content === undefined ? missing(entry) : `"${content.question}"`;
      return `${prompt_kind} ${confidence}${cut ? " (cut)" : ""} ${question}`;
    }
    case "decision.made": {
      const { action, rule_id, reason, risk } = entry.data;
      const by = rule_id === null ? "by default" : `by rule ${rule_id}`;
      return `${action} ${by}: ${reason}${secretOf(entry)}${risk === "low" ? "" : ` (risk ${risk})`}`;
    }
    case "prompt.escalated":
      return `to a person${because(entry.data.reason)}${replyOf(entry)}`;
    case "reply.received":
      return `from ${entry.data.by}${replyOf(entry)}`;
    case "reply.injected": {
      const { by, bytes, latency_ms, secret } = entry.data;
      const what = secret === true ? "a secret" : `${bytes} bytes`;
      return `by ${by}, ${what}, ${latency_ms.toFixed(1)} ms after the last output`;
    }
    case "prompt.closed": {
      const { outcome, typed, reason } = entry.data;
      return `${outcome}${typed === false ? ", not typed" : ""}${because(reason)}`;
    }
  }
}

function otherGist(entry: Exclude<StoredEntry, OfPrompt>): string {
  switch (entry.kind) {
    case "recording.closed": {
      const { bytes, sha256, cut } = entry.data;
      return `${bytes} bytes, ${sha256.slice(0, 12)}${cut === null ? "" : `, cut off (${cut})`}`;
    }
    case "policy.loaded":
      return `"${entry.data.name}", ${entry.data.rules} rules, ${entry.data.policy_hash.slice(0, 12)}`;
    case "policy.changed": {
      const { name, rules, old_hash, policy_hash } = entry.data;
      return `"${name}", ${rules} rules, ${old_hash.slice(0, 12)} to ${policy_hash.slice(0, 12)}`;
    }
    case "policy.kept":
      return `${entry.data.policy_hash.slice(0, 12)}: ${entry.data.reason}`;
    case "autopilot.changed":
      return sayAutopilot(entry.data);
    case "operator.acted":
      return sayAct(entry);
    case "detector.disagreed":
      return `screen says ${entry.data.screen}, tool announced ${entry.data.announced}`;
    case "asking.changed":
      return `the tool asks: ${entry.data.asks} (${entry.data.reason})`;
    case "runtime.recovered":
      return `${entry.data.sessions} sessions, ${entry.data.prompts} open prompts`;
    case "content.erased":
      return sayErased(entry.data);
    case "upload.dropped":
      return `entries ${entry.data.from_seq} to ${entry.data.to_seq}`;
    case "upload.incident":
      return `${entry.data.problem} at entry ${entry.data.seq}: nothing more is sent`;
    case "key.changed":
      return `${entry.data.public_key}${entry.data.lost === true ? ", in place of one that was lost" : ""}`;
    case "trace.archived":
      return `entries ${entry.data.from_seq} to ${entry.data.to_seq} in ${entry.data.file}`;
    case "trace.closed":
      return entry.data.reason;
    case "audit.chosen":
      return entry.data.audit_mode;
    default:
      return "";
  }
}

function instead(previous: EntryData["trace.opened"]["previous"]): string {
  if (previous === undefined) return "";
  const { why, set_aside: stamp, head } = previous;
  const end = head === null ? "" : `, which ended at entry ${head.seq}`;
  return ` in place of a ${why} one, set aside ${stamp}${end}`;
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === "" ? "" : `: ${reason}`;
}

function replyOf(entry: OfKind<"prompt.escalated" | "reply.received">): string {
  const content = entryContent[entry.kind].safeParse(entry.content).data;
  if (content !== undefined) return ` "${content.reply}"`;
  return entry.content_hash === null ? "" : ` ${missing(entry)}`;
}

function secretOf(entry: OfKind<"decision.made">): string {
  const content = entryContent[entry.kind].safeParse(entry.content).data;
  if (content !== undefined) return ` (secret ${content.secret})`;
  return entry.content_hash === null ? "" : ` ${missing(entry)}`;
}

function missing({ content_hash }: StoredEntry): string {
  return content_hash === null ? "(content not recorded)" : "(content erased)";
}

function sayAct(entry: OfKind<"operator.acted">): string {
  const content = entryContent[entry.kind].safeParse(entry.content).data;
  const untold = entry.content_hash === null ? "" : ` ${missing(entry)}`;
  const { folder, file, secret } = content ?? {};
  const about = [folder, file, secret].flatMap((one) => (one === undefined ? [] : [word(one)]));
  const told = content === undefined ? untold : about.map((one) => ` ${one}`).join("");
  return `${entry.data.action}${told} by ${entry.data.by}`;
}

function sayErased({ from_seq, to_seq, of_session, reason }: EntryData["content.erased"]): string {
  const whose = of_session === undefined ? "" : ` of session ${of_session}`;
  const whys = { asked: "", retention: ", kept for long enough", room: ", to make room" };
  const why = whys[reason ?? "asked"];
  return `entries ${from_seq} to ${to_seq}${whose}${why}`;
}

function sayAutopilot({ action, mode, by }: EntryData["autopilot.changed"]): string {
  return action === undefined || action === "limited"
    ? `mode ${mode} by ${by}`
    : `${action} by ${by}, mode ${mode}`;
}
