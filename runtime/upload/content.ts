/** What of an entry's content leaves the machine: nothing, fingerprints, redacted text or all of it, field by field. */
import { canonicalJson } from "../../contracts/canonical.ts";
import {
  type ContentField,
  contentFieldOf,
  type ContentLevel,
} from "../../contracts/content-level.ts";
import type { HmacSha256 } from "../../contracts/signature.ts";

export type Sharing = {
  level: ContentLevel;
  /** Where the operator says otherwise. */
  fields: Readonly<Partial<Record<ContentField, ContentLevel>>>;
  /** A text without its secrets. */
  redact: (text: string) => string;
  /** The keyed hash of what stands under a name. */
  fingerprint: (name: string, value: unknown) => string;
};

export type Shown = {
  content: unknown;
  /** It is what the entry committed to, so that its salt proves it; otherwise a part of it, or an image. */
  isWhole: boolean;
};

/** Null when nothing of it is shown. */
export function shownContent(content: unknown, sharing: Sharing): Shown | null {
  if (content === null) return null;
  const shown = shownIn(content, sharing);
  if (shown === undefined) return null;
  return { content: shown, isWhole: canonicalJson(shown) === canonicalJson(content) };
}

/** Undefined for what is left out. */
function shownIn(value: unknown, sharing: Sharing): unknown {
  if (!isNamed(value)) return shownAs(sharing.level, { name: "", value }, sharing);
  const parts: [string, unknown][] = [];
  for (const [name, held] of Object.entries(value)) {
    const shown = shownUnder(name, held, sharing);
    if (shown !== undefined) parts.push([name, shown]);
  }
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

function shownUnder(name: string, value: unknown, sharing: Sharing): unknown {
  const field = contentFieldOf(name);
  // A group of fields, such as the subject of a prompt.
  if (field === null && isNamed(value)) return shownIn(value, sharing);
  const level = (field === null ? undefined : sharing.fields[field]) ?? sharing.level;
  return shownAs(level, { name, value }, sharing);
}

function shownAs(
  level: ContentLevel,
  { name, value }: { name: string; value: unknown },
  { redact, fingerprint }: Sharing,
): unknown {
  switch (level) {
    case "none":
      return undefined;
    case "fingerprint":
      return value === null ? null : fingerprint(name, value);
    case "redacted":
      return eachText(value, redact);
    case "full":
      return value;
  }
}

function isNamed(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => eachText(one, change));
  if (!isNamed(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, eachText(held, change)]),
  );
}

/** Fingerprints by a key that never leaves this machine: whoever has not got it learns only which ones are equal. */
export function fingerprinter(key: Uint8Array, hmac: HmacSha256): Sharing["fingerprint"] {
  return (name, value) => {
    const text = canonicalJson(eachText(value, normalised));
    const message = new TextEncoder().encode(`atlasbridge-fingerprint/1\n${name}\n${text}`);
    return `hmac-sha256:${hmac(key, message).toHex()}`;
  };
}

/** What two screens may show differently of the same words. */
function normalised(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}
