/** Holds what the screen shows against what the tool says of itself. A word alone neither makes nor answers a prompt. */
import type { Prompt, Subject } from "../../../contracts/prompt.ts";
import type { Snapshot } from "../../screen/snapshot.ts";
import type { Announcement, Detection } from "../detected.ts";
import { announcementOf } from "./announce.ts";
import type { DialogFacts } from "./rules.ts";
import { tools } from "./tools.ts";

/** Rows at the bottom of the screen in which a tool shows its mode. */
const MODE_ROWS = 4;

/** `facts`: what is known of the dialog that was detected; null for any other prompt, or for none. */
export function corroborated(
  detection: Detection,
  snapshot: Snapshot,
  facts: DialogFacts | null,
): Detection {
  const announced = announcementOf(snapshot);
  const asks = detection.state === "waiting" ? null : modeOf(snapshot);
  const told = asks === null ? detection : { ...detection, asks };
  if (announced === null) return told;
  if (told.state !== "waiting") {
    return { ...told, announced, disagrees: announced.state === "blocked" };
  }
  if (facts === null || facts.announced === "never") return { ...told, announced };
  const disagrees = announced.state !== "blocked" || namesAnother(announced, told.prompt.subject);
  const prompt = weighed(told.prompt, facts, { announced, disagrees });
  return { ...told, prompt, announced, disagrees };
}

function weighed(
  prompt: Prompt,
  facts: DialogFacts,
  { announced, disagrees }: { announced: Announcement; disagrees: boolean },
): Prompt {
  const fact = `announced:${disagrees ? "otherwise" : announced.by}`;
  const evidence = [...prompt.evidence, fact];
  if (disagrees) return { ...prompt, evidence, confidence: "low" };
  // The tool's own dialog, drawn as it draws them, at the moment at which it says that it asks.
  const sure = facts.tool !== null && prompt.confidence !== "low";
  return { ...prompt, evidence, confidence: sure ? "high" : prompt.confidence };
}

/** The message tells of another command, path or host than the screen. */
function namesAnother({ message }: Announcement, subject: Subject | null): boolean {
  const plain = subject?.type === "mcp" ? lettersOf : squeezed;
  const said = namedIn(message ?? "").replace(/(?:…|\.\.\.)$/, "");
  const shown = [subject?.command, subject?.path, subject?.host]
    .filter((one) => one !== null && one !== undefined)
    .map(plain);
  if (plain(said) === "" || shown.length === 0) return false;
  const parts = said.split(REDACTED).map(plain);
  return !shown.some((one) => plain(said).includes(one) || hasInOrder(one, parts));
}

/** `approve Bash: ls` and `approve orders - lookup (MCP)` name what is asked; `permission prompt` names nothing. */
function namedIn(message: string): string {
  const mark = message.indexOf(":");
  return mark < 0 && !/^approve\s/i.test(message) ? "" : message.slice(mark + 1).trim();
}

/** What a tool leaves out of its message where it takes a text for a secret. */
const REDACTED = "[REDACTED]";

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

/** A tool of a server is named in other signs and cases in the message than on the screen. */
function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\(mcp\)\s*$/, "")
    .replace(/[^\p{L}\d]/gu, "");
}

/** Whether the tool shows that it asks before it acts; null where it shows nothing of the kind. */
function modeOf({ screen }: Snapshot): "yes" | "no" | null {
  const shown = screen.map((row) => row.text).filter((text) => text.trim() !== "");
  const rows = shown.slice(-MODE_ROWS);
  const modes = tools.flatMap((tool) => tool.modes);
  return modes.find(({ pattern }) => rows.some((row) => pattern.test(row)))?.asks ?? null;
}
