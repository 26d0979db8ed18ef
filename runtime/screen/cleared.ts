/** Finds output that a later clearing of the whole screen makes invisible, so that it need not be drawn. Pure. */
import { type Token, tokenAt } from "./tokens.ts";
import type { Skimmed } from "./skim.ts";

/** How the screen stands before the bytes. */
export type Stands = {
  rows: number;
  cols: number;
  /** The cursor's. */
  row: number;
  /** Rows have scrolled off, or it has nowhere to scroll to: nothing more can change that. */
  scrolled: boolean;
  alternate: boolean;
};

/** What is kept of what is left out: modes and titles. More than this is no ordinary output. */
const keptBytesMax = 2_048;
/** What a reset of the terminal leaves: it is not the terminal's. */
const outlasting = new Set(["title", "icon", "state"]);
const escape = 0x1b;
const saveCursor = [escape, 0x37];

/**
 * The longest beginning of `bytes` of which nothing is seen once the screen behind it is cleared, with the cursor set
 * to a known place; or of changes to the alternate screen and back. It holds nothing that is answered, or that has
 * another lasting effect than colours, modes and titles: those are in `instead`. Null when there is too little.
 */
export function skimCleared(bytes: Uint8Array, stands: Stands): Skimmed | null {
  const search = new Search(stands);
  for (let at = 0; at < bytes.length && !search.over; ) {
    const token = tokenAt(bytes, at);
    if (token === null) break;
    search.take(token, at);
    at = token.end;
  }
  const { end, saves } = search;
  if (end === 0) return null;
  const kept = keptOf(bytes, end, saves);
  return kept === null ? null : { end, instead: kept };
}

class Search {
  over = false;
  /** Of what can be left out. */
  end = 0;
  /** It ends with the cursor saved where it was: it holds nothing but changes to the alternate screen and back. */
  saves = false;
  readonly #stands: Stands;
  /** The last clearing: all before it can be left out, but for what is saved by a change of the screen. */
  #cleared = 0;
  /** An absolute place that the cursor was set to, with nothing moved or drawn since. */
  #placed: { at: number; top: boolean } | null = null;
  /** The screen was cleared, with nothing drawn since. */
  #erasedAt: number | null = null;
  #alternate: "no" | "yes" | "from the start";
  #changes = 0;
  #scrolled: boolean;
  #drawn = false;
  /** Rows that the cursor may have come down to. */
  #lowest: number;
  #cells = 0;

  constructor(stands: Stands) {
    this.#stands = stands;
    this.#lowest = stands.row;
    this.#scrolled = stands.scrolled;
    this.#alternate = stands.alternate ? "from the start" : "no";
  }

  take(token: Token, at: number): void {
    switch (token.does) {
      case "keeps":
      case "colours":
        return;
      case "draws":
        this.#draw(token);
        return;
      case "moves":
        this.#placed = null;
        this.#drawn = true;
        return;
      case "places":
        this.#place(token, at);
        return;
      case "erases all":
        this.#erase(at);
        return;
      case "erases below":
        if (this.#placed?.top === true) this.#clear(this.#placed.at);
        else this.#draw({ cells: 0, lines: 0 });
        return;
      case "erases scrollback":
        // What has scrolled off of another buffer is not told apart.
        if (this.#alternate === "yes") this.over = true;
        this.#scrolled = false;
        return;
      case "resets":
        this.#reset(at);
        return;
      case "changes":
        this.#change(token.to, at);
        if (this.#alternate === "no") this.#back(token.end);
        return;
    }
  }

  #draw({ cells, lines }: { cells: number; lines: number }): void {
    this.#placed = null;
    this.#erasedAt = null;
    this.#drawn = true;
    this.#cells += cells;
    this.#lowest += lines;
    const mayScroll =
      this.#lowest + Math.ceil(this.#cells / this.#stands.cols) >= this.#stands.rows;
    // Whether rows have scrolled off is seen: once they have, and are drawn, the rest can be left out.
    if (mayScroll && !this.#scrolled && this.#alternate === "no") this.over = true;
  }

  #place({ row }: Extract<Token, { does: "places" }>, at: number): void {
    if (this.#erasedAt !== null) this.#clear(this.#erasedAt);
    this.#placed = { at, top: row === "top" };
    this.#lowest = row === "top" ? 0 : Math.min(row, this.#stands.rows - 1);
    this.#cells = 0;
    this.#drawn = true;
  }

  #erase(at: number): void {
    if (this.#placed !== null) this.#clear(this.#placed.at);
    this.#erasedAt = at;
    this.#drawn = true;
  }

  /** Nothing that was before has any effect. */
  #reset(at: number): void {
    this.#alternate = "no";
    this.#scrolled = false;
    this.#changes = 0;
    this.#lowest = 0;
    this.#cells = 0;
    this.#drawn = true;
    this.#placed = { at, top: true };
    this.#erasedAt = at;
    this.#leaveOut(at, false);
  }

  #clear(at: number): void {
    if (this.#alternate === "yes") return;
    this.#cleared = at;
    if (this.#changes === 0) this.#leaveOut(at, false);
  }

  #change(to: "alternate" | "normal", at: number): void {
    const goes = to === "alternate" && this.#alternate === "no";
    const comes = to === "normal" && this.#alternate === "yes";
    if (!goes && !comes) this.over = true;
    this.#alternate = goes ? "yes" : "no";
    if (goes && !this.#drawn) this.#leaveOut(at, this.#changes > 0);
    if (goes) this.#before = { drawn: this.#drawn, lowest: this.#lowest, cells: this.#cells };
  }

  #before = { drawn: false, lowest: 0, cells: 0 };

  /** The cursor is where it was, and is saved there. */
  #back(end: number): void {
    if (this.over) return;
    this.#changes += 1;
    this.#placed = null;
    this.#erasedAt = null;
    const { drawn, lowest, cells } = this.#before;
    this.#drawn = drawn;
    this.#lowest = lowest;
    this.#cells = cells;
    if (!drawn) this.#leaveOut(end, true);
    else if (this.#cleared > this.end) this.#leaveOut(this.#cleared, false);
  }

  #leaveOut(end: number, saves: boolean): void {
    this.end = end;
    this.saves = saves;
  }
}

/** Modes and titles as they are left, and colours; null when they are more than may be kept. */
function keptOf(bytes: Uint8Array, end: number, saves: boolean): Uint8Array | null {
  const left = new Left();
  for (let at = 0; at < end; ) {
    const token = tokenAt(bytes, at);
    if (token === null || left.isTooMuch) return null;
    left.see(token, bytes.subarray(at, token.end));
    at = token.end;
  }
  const all = Buffer.concat([...left.parts(), ...(saves ? [Uint8Array.from(saveCursor)] : [])]);
  return all.length > keptBytesMax ? null : all;
}

/** What is left of output that draws nothing any more. */
class Left {
  readonly #kept = new Map<string, Uint8Array>();
  #colours: Uint8Array[] = [];
  #outside: Uint8Array[] = [];

  get isTooMuch(): boolean {
    return this.#colours.reduce((sum, one) => sum + one.length, 0) > keptBytesMax;
  }

  parts(): Uint8Array[] {
    return [...this.#kept.values(), ...this.#colours];
  }

  see(token: Token, sequence: Uint8Array): void {
    switch (token.does) {
      case "keeps":
        this.#kept.delete(token.what);
        this.#kept.set(token.what, sequence);
        return;
      case "colours":
        if (token.reset) this.#colours = [];
        this.#colours.push(sequence);
        return;
      case "erases scrollback":
        this.#kept.set(token.does, sequence);
        return;
      case "resets":
        this.#colours = [];
        for (const what of this.#kept.keys()) if (!outlasting.has(what)) this.#kept.delete(what);
        this.#kept.set(token.does, sequence);
        return;
      case "changes":
        // The colours come back with the cursor.
        if (token.to === "alternate") this.#outside = [...this.#colours];
        else this.#colours = this.#outside;
        return;
      default:
    }
  }
}
