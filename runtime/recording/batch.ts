/** What was shown since the last frame: kept as bytes, made into lines of asciicast v2 when the frame is due. */
import { limits } from "../../contracts/limits.ts";
import type { CastEvent } from "../pty/asciicast.ts";
import { castLine } from "../pty/cast-text.ts";
import { CastLines } from "./cast-lines.ts";
import type { KnownSecrets } from "./known-secrets.ts";

/** A stretch of the buffer; `end` exclusive. */
type Output = { atMs: number; kind: "bytes"; start: number; end: number };
export type Other = Exclude<CastEvent, { kind: "output" }>;

/** What comes within this is one event: nobody sees them apart, and a flood has a hundred times as many. */
const togetherMs = 1;

export class Batch {
  readonly #secrets: Pick<KnownSecrets, "mayBeIn" | "covered" | "beginningAtEnd">;
  readonly #lines = new CastLines();
  #buffer: Buffer<ArrayBuffer> | null = null;
  #length = 0;
  /** Bytes at the end that are of no stretch yet: the beginning of a character. */
  #left = 0;
  #events: (Output | Other)[] = [];

  constructor(secrets: Pick<KnownSecrets, "mayBeIn" | "covered" | "beginningAtEnd">) {
    this.#secrets = secrets;
  }

  get full(): boolean {
    return (
      this.#length >= limits.recordingBatchBytes ||
      this.#events.length >= limits.recordingBatchEventsMax
    );
  }

  get empty(): boolean {
    return this.#events.length === 0;
  }

  /** Copies what there is room for. Returns how many bytes that is. */
  output(atMs: number, bytes: Uint8Array): number {
    // A session that shows nothing needs none.
    this.#buffer ??= Buffer.allocUnsafe(limits.recordingBatchBytes);
    const taken = bytes.subarray(0, limits.recordingBatchBytes - this.#length);
    this.#buffer.set(taken, this.#length);
    const start = this.#length - this.#left;
    this.#left = 0;
    this.#length += taken.length;
    const last = this.#events.at(-1);
    if (last?.kind === "bytes" && atMs - last.atMs < togetherMs) last.end = this.#length;
    else this.#events.push({ kind: "bytes", atMs, start, end: this.#length });
    return taken.length;
  }

  event(event: Other): void {
    this.#events.push(event);
  }

  clear(): void {
    this.#events = [];
    this.#length = 0;
    this.#left = 0;
  }

  /**
   * The lines of what is here, which then is no longer, valid until the next call; bytes of a character that is not whole yet stay. What may
   * be the beginning of a secret stays too, unless it came before `sinceMs` (`Infinity`: nothing stays).
   */
  take(sinceMs: number): Buffer<ArrayBuffer> {
    this.#wholeCharacters();
    if (sinceMs === Infinity) this.#takeLeft();
    const mayBe = this.#secrets.mayBeIn(this.#bytes(0, this.#length));
    return mayBe ? this.#takeCovered(sinceMs) : this.#takePlain();
  }

  /** Its rest never came. */
  #takeLeft(): void {
    if (this.#left === 0) return;
    const end = this.#length;
    const start = end - this.#left;
    this.#left = 0;
    const last = this.#events.findLast((event) => event.kind === "bytes");
    if (last?.kind === "bytes") last.end = end;
    else this.#events.unshift({ kind: "bytes", atMs: this.#events[0]?.atMs ?? 0, start, end });
  }

  /** Each stretch ends with a character: what is left of one belongs to the next. */
  #wholeCharacters(): void {
    let moved = 0;
    for (const event of this.#events) {
      if (event.kind !== "bytes") continue;
      event.start -= moved;
      moved = openBytes(this.#bytes(event.start, event.end));
      event.end -= moved;
    }
    if (moved > 0) this.#left = moved;
  }

  #takePlain(): Buffer<ArrayBuffer> {
    for (const event of this.#events) {
      if (event.kind !== "bytes") this.#lines.line(castLine(event));
      else if (event.end > event.start) {
        this.#lines.output(event.atMs, this.#bytes(event.start, event.end));
      }
    }
    this.#keepFrom(this.#events.length);
    return this.#lines.take();
  }

  #takeCovered(sinceMs: number): Buffer<ArrayBuffer> {
    const events = this.#events;
    const texts = events.map((event) =>
      event.kind === "bytes" ? this.#bytes(event.start, event.end).toString() : "",
    );
    const covered = this.#secrets.covered(texts.join(""));
    const sure = covered.length - this.#secrets.beginningAtEnd(covered);
    let lines = "";
    let at = 0;
    for (const [index, event] of events.entries()) {
      if (event.kind !== "bytes") {
        lines += castLine(event);
        continue;
      }
      const text = texts[index] ?? "";
      const isHeld = at + text.length > sure && event.atMs >= sinceMs;
      const upTo = at + (isHeld ? this.#split(event, text, Math.max(0, sure - at)) : text.length);
      if (upTo > at) {
        lines += castLine({ atMs: event.atMs, kind: "output", text: covered.slice(at, upTo) });
      }
      at += text.length;
      if (upTo < at) {
        this.#keepFrom(index);
        return Buffer.from(lines);
      }
    }
    this.#keepFrom(events.length);
    return Buffer.from(lines);
  }

  /** Takes the first `chars` off a stretch; all of it where bytes cannot be told from characters. Returns how many. */
  #split(event: Output, text: string, chars: number): number {
    if (text.includes("\ufffd")) return text.length;
    const isPair = /[\udc00-\udfff]/.test(text[chars] ?? "");
    const taken = isPair ? chars - 1 : chars;
    event.start += Buffer.byteLength(text.slice(0, taken));
    return taken;
  }

  /** The events from this one on stay, with their bytes and what is left of a character. */
  #keepFrom(index: number): void {
    const rest = this.#events.slice(index);
    const first = rest.find((event) => event.kind === "bytes");
    const from = first?.kind === "bytes" ? first.start : this.#length - this.#left;
    this.#buffer?.copyWithin(0, from, this.#length);
    this.#length -= from;
    for (const event of rest) {
      if (event.kind !== "bytes") continue;
      event.start -= from;
      event.end -= from;
    }
    this.#events = rest;
  }

  #bytes(start: number, end: number): Buffer<ArrayBuffer> {
    return (this.#buffer ?? Buffer.alloc(0)).subarray(start, end);
  }
}

/** How many bytes at the end begin a character of UTF-8 that is not whole. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
