/** The key that detaches: its name, and where it stands among what was typed. Pure. */

export type DetachKey = {
  /** As it is told to the person. */
  name: string;
  /** Where it begins in these bytes, -1 where it is not in them. */
  findIn(bytes: Uint8Array): number;
};

export const detachKeyDefault = "ctrl-\\";

/** Keys that no tool could do without; a key that is lost to it is noticed every day. */
const taken = "cdhijmqsz[";

/** Null: there is no such key, or it is needed otherwise. */
export function detachKey(given: string): DetachKey | null {
  const [, letter = ""] = /^ctrl-([a-z\\\]^_])$/.exec(given.toLowerCase()) ?? [];
  if (letter === "" || taken.includes(letter)) return null;
  const code = letter.charCodeAt(0);
  const byte = String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
  // As kitty's keyboard protocol has it, and xterm's modifyOtherKeys.
  const forms = [byte, `\x1b[${code};5u`, `\x1b[${code};5:1u`, `\x1b[27;5;${code}~`];
  return {
    name: `Ctrl-${letter.toUpperCase()}`,
    findIn(bytes) {
      const typed = Buffer.from(bytes).toString("latin1");
      const found = forms.map((form) => typed.indexOf(form)).filter((at) => at !== -1);
      return found.length === 0 ? -1 : Math.min(...found);
    },
  };
}
