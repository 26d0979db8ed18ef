/** The one key that confirms a suggestion: its name, and how terminals send it. Pure. */

export type ConfirmKey = {
  /** As it is told to the person. */
  name: string;
  /** What these bytes are of it, and they alone; null: something else. */
  reads(bytes: Uint8Array): "press" | "release" | null;
};

/** Of `CSI n ~`, the same on every terminal. F1 to F4 are not. */
const functionKeys: Readonly<Record<string, number>> = {
  f5: 15,
  f6: 17,
  f7: 18,
  f8: 19,
  f9: 20,
  f10: 21,
  f11: 23,
  f12: 24,
};

/** Control keys that no tool could do without: interrupt, end, suspend, flow control, Enter, Tab, backspace, Escape. */
const taken = "cdhijmqsz[";

export const confirmKeyDefault = "f8";

/** Null: there is no such key, or it is needed otherwise. */
export function confirmKey(given: string): ConfirmKey | null {
  const name = given.toLowerCase();
  const number = functionKeys[name];
  if (number !== undefined) return { name: name.toUpperCase(), reads: readerOf(`${number}`, "~") };
  const [, letter = ""] = /^ctrl-([a-z\]^_])$/.exec(name) ?? [];
  if (letter === "" || taken.includes(letter)) return null;
  const byte = String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
  // As kitty's keyboard protocol has it: the key's own code, with Ctrl.
  const long = readerOf(`${letter.charCodeAt(0)};5`, "u");
  return {
    name: `Ctrl-${letter.toUpperCase()}`,
    reads: (bytes) => (text(bytes) === byte ? "press" : long(bytes)),
  };
}

/** `CSI code [; modifiers [: event]] final`, where event 1 is a press, 2 its repetition, 3 the release. */
function readerOf(code: string, final: string): ConfirmKey["reads"] {
  const [key = "", modifiers = "1"] = code.split(";");
  const plain = code.includes(";") ? [] : [`${key}${final}`];
  const press = [...plain, `${key};${modifiers}${final}`, `${key};${modifiers}:1${final}`];
  const release = `${key};${modifiers}:3${final}`;
  return (bytes) => {
    const sent = text(bytes);
    if (!sent.startsWith("\x1b[")) return null;
    const rest = sent.slice(2);
    if (press.includes(rest)) return "press";
    return rest === release ? "release" : null;
  };
}

function text(bytes: Uint8Array): string {
  return bytes.length > longestBytes ? "" : String.fromCharCode(...bytes);
}

const longestBytes = 16;
