/** Takes the terminal's own answer to `OSC 7501 ; ?` out of what it reports: the tool has had ours already. */

const opening = "\u001b]7501;?";
const escape = 0x1b;
const bell = 0x07;
const backslash = 0x5c;

export type StatusReplies = {
  /** A terminal's report without such answers. The start of one, cut off, is held back until more comes. */
  report(bytes: Uint8Array): Uint8Array;
  /** Something else comes next: what was held back was no such answer. */
  flush(): Uint8Array;
};

export function withoutStatusReplies(): StatusReplies {
  /** How much of the opening has been held back; `inside` an answer nothing passes until its end. */
  let matched = 0;
  let inside: "no" | "yes" | "escaped" = "no";
  const held = (): number[] => [...new TextEncoder().encode(opening.slice(0, matched))];

  const take = (byte: number, passed: number[]): void => {
    if (inside !== "no") {
      const ends = byte === bell || (inside === "escaped" && byte === backslash);
      inside = ends ? "no" : byte === escape ? "escaped" : "yes";
      return;
    }
    if (byte === opening.charCodeAt(matched)) {
      matched += 1;
      if (matched < opening.length) return;
      inside = "yes";
    } else {
      passed.push(...held());
      matched = 0;
      if (byte === escape) matched = 1;
      else passed.push(byte);
      return;
    }
    matched = 0;
  };

  return {
    report(bytes) {
      const passed: number[] = [];
      for (const byte of bytes) take(byte, passed);
      return new Uint8Array(passed);
    },
    flush() {
      const rest = new Uint8Array(held());
      matched = 0;
      inside = "no";
      return rest;
    },
  };
}
