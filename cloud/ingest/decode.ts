/** From the bytes of a body that was signed to a batch: decompressed, parsed and of a known form, each within bounds. */
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  uploadBatch,
  type UploadBatch,
  uploadLimits,
  uploadSchemas,
} from "../../contracts/upload.ts";
import { type Refusal, refuse } from "./refusal.ts";

export type Decoded = { ok: true; batch: UploadBatch } | Refusal;

/** RFC 9110 §8.4: codings by their names in lower case; `identity` is none. */
export function decode(bytes: Uint8Array, encoding: string | null): Decoded {
  const text = textOf(bytes, encoding);
  if (typeof text !== "string") return text;
  if (nestingOf(text) > uploadLimits.nestingMax) {
    return malformed(`it is nested deeper than ${uploadLimits.nestingMax}`);
  }
  let value: unknown;
  try {
    // Looking at every key takes ten times as long, and hardly any text needs it.
    value = /__proto__|\\u005f/i.test(text) ? JSON.parse(text, noPrototype) : JSON.parse(text);
  } catch {
    return malformed("it is not JSON");
  }
  const schema = schemaOf(value);
  if (schema !== null && !uploadSchemas.some((known) => known === schema)) {
    return refuse("unsupported-schema", "batches of this schema are not read here", {
      supported: [...uploadSchemas],
    });
  }
  const read = uploadBatch.safeParse(value);
  if (read.success) return { ok: true, batch: read.data };
  // Where it is wrong, never what stands there: that may be content. Names of fields may be too, so only known ones.
  const path = read.error.issues[0]?.path ?? [];
  const where = path
    .slice(0, 3)
    .map(String)
    .filter((part) => /^[a-z_]{1,20}$|^\d{1,6}$/.test(part));
  return malformed(
    where.length === 0 ? "it is no batch" : `${where.join(".")} is not as it must be`,
  );
}

const malformed = (detail: string): Refusal => refuse("malformed-payload", detail);

function textOf(bytes: Uint8Array, encoding: string | null): string | Refusal {
  const maxOutputLength = uploadLimits.decodedBytesMax;
  let decoded: Uint8Array;
  try {
    if (encoding === null || encoding === "identity") decoded = bytes;
    else if (encoding === "gzip") decoded = gunzipSync(bytes, { maxOutputLength });
    else if (encoding === "zstd") decoded = zstdDecompressSync(bytes, { maxOutputLength });
    else
      return refuse("unsupported-media-type", "the content coding must be zstd, gzip or identity");
  } catch (error) {
    const isLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isLarge ? tooLarge() : malformed("it is not of the content coding that it names");
  }
  if (decoded.length > maxOutputLength) return tooLarge();
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(decoded);
  } catch {
    return malformed("it is not UTF-8");
  }
}

function tooLarge(): Refusal {
  const bytes_max = uploadLimits.decodedBytesMax;
  return refuse("payload-too-large", `a body has at most ${bytes_max} bytes once decoded`, {
    bytes_max,
  });
}

/** How deep brackets nest in a JSON text; counted before it is parsed, since a parser goes as deep as the text. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return deepest;
}

/** Index of the quote that ends the string which begins at `from`. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** A key that would be a prototype to somebody further on is refused here. */
function noPrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("__proto__");
  return value;
}

function schemaOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("schema" in value)) return null;
  return typeof value.schema === "string" ? value.schema : null;
}
