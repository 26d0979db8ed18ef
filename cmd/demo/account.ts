/** Tells a session's entries as a person would: asked, decided, typed, closed. */
import type { StoredEntry } from "../../contracts/trace.ts";
import { questions } from "./governed-run.ts";

/** One block of lines for each prompt, indented for the demo. */
export function account(entries: readonly StoredEntry[]): string {
  const asked = questions(entries);
  let text = "";
  for (const entry of entries) text += told(entry, asked);
  return text;
}

function told(entry: StoredEntry, asked: ReadonlyMap<string, string>): string {
  switch (entry.kind) {
    case "prompt.detected": {
      const question = asked.get(entry.data.prompt_id)?.trim().split("\n").at(-1) ?? "";
      return `   asked    ${entry.data.prompt_kind}: ${question}\n`;
    }
    case "decision.made": {
      const by = entry.data.rule_id === null ? "no rule" : `rule ${entry.data.rule_id}`;
      return `   decided  ${entry.data.action} (${by}), risk ${entry.data.risk}\n`;
    }
    case "prompt.escalated":
      return "   called   the person\n";
    case "reply.injected":
      return `   typed    ${entry.data.bytes} bytes by ${entry.data.by}, ${entry.data.latency_ms} ms after it asked\n`;
    case "reply.received":
      return `   typed    by the person at the ${entry.data.by}\n`;
    case "prompt.closed":
      return `   closed   ${entry.data.outcome}  #${entry.seq} ${entry.hash.slice(0, 12)}\n\n`;
    default:
      return "";
  }
}
