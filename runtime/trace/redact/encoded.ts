/** Looks into what tools say to the terminal in Base64 (`OSC 7501 … msg=`): it repeats what they ask. */
import type { Found } from "./found.ts";

const message = /(?<=\bmsg=)[A-Za-z0-9+/]{8,8192}={0,2}/g;

/** The messages in which `holdsSecret` finds one, as a whole. */
export function findEncoded(text: string, holdsSecret: (text: string) => boolean): Found[] {
  if (!text.includes("msg=")) return [];
  const found: Found[] = [];
  for (const { 0: encoded, index } of text.matchAll(message)) {
    const decoded = Buffer.from(encoded, "base64").toString("utf8");
    if (!holdsSecret(decoded)) continue;
    found.push({ kind: "encoded", from: index, to: index + encoded.length });
  }
  return found;
}
