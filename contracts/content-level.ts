/** How much of an entry's content leaves the machine, and by which names the parts of it go. */
import * as z from "zod";

/**
 * `none`: nothing. `fingerprint`: for each text a keyed hash, so that equal ones can be told without being read.
 * `redacted`: the text with what looks like a secret replaced. `full`: as it was recorded.
 */
export const contentLevel = z.enum(["none", "fingerprint", "redacted", "full"]);
export type ContentLevel = z.infer<typeof contentLevel>;

/** What an operator can say otherwise for. */
export const contentFields = [
  ...["prompt_text", "options", "command", "path"],
  ...["reply", "cwd", "hostname", "label"],
] as const;
export type ContentField = (typeof contentFields)[number];

/** Which field the text under a name of an entry's content belongs to; a name not listed here goes by the general level. */
const fieldOf: Readonly<Record<string, ContentField>> = {
  question: "prompt_text",
  options: "options",
  default: "options",
  command: "command",
  path: "path",
  folder: "path",
  file: "path",
  host: "hostname",
  reply: "reply",
  cwd: "cwd",
  label: "label",
};

export function contentFieldOf(name: string): ContentField | null {
  return Object.hasOwn(fieldOf, name) ? (fieldOf[name] ?? null) : null;
}
