/** The identity of a prompt on the screen: the same for a redraw, different for another question. */
import { createHash } from "node:crypto";
import type { PromptKind, Subject } from "../../contracts/prompt.ts";

export type Identity = {
  kind: PromptKind;
  question: string;
  labels: readonly string[];
  subject: Subject | null;
};

/** SHA-256 over the parts, blanks folded so that another width gives the same value. Lower-case hexadecimal. */
export function fingerprintOf(identity: Identity): string {
  const parts = [
    identity.kind,
    identity.question.replace(/\s+/g, " ").trim(),
    identity.labels,
    identity.subject,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
