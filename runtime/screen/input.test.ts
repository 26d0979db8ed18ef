/** What telling keys from answers promises. */
import { expect, test } from "bun:test";
import { classifyInput, type InputType } from "./input.ts";

const encode = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const decode = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

function classify(...chunks: string[]): [InputType, string][] {
  const split = classifyInput();
  return chunks.flatMap((chunk) =>
    split(encode(chunk)).map((piece): [InputType, string] => [piece.type, decode(piece.bytes)]),
  );
}

const table: [type: InputType, name: string, sequence: string][] = [
  ["key", "a letter", "y"],
  ["key", "Enter", "\r"],
  ["key", "^C", "\x03"],
  ["key", "a lone escape", "\x1b"],
  ["key", "two escapes", "\x1b\x1b"],
  ["key", "Alt-a", "\x1ba"],
  ["key", "Alt-]", "\x1b]"],
  ["key", "Alt-P", "\x1bP"],
  ["key", "Alt-_", "\x1b_"],
  ["key", "Alt-O", "\x1bO"],
  ["key", "Alt-[", "\x1b["],
  ["key", "up", "\x1b[A"],
  ["key", "up, application", "\x1bOA"],
  ["key", "Alt-up", "\x1b\x1b[A"],
  ["key", "Ctrl-up", "\x1b[1;5A"],
  ["key", "F1", "\x1bOP"],
  ["key", "F1, Linux console", "\x1b[[A"],
  ["key", "F3", "\x1bOR"],
  ["key", "F3, other", "\x1b[R"],
  ["key", "Shift-F3", "\x1b[1;2R"],
  ["key", "F5", "\x1b[15~"],
  ["key", "delete", "\x1b[3~"],
  ["key", "Shift-Tab", "\x1b[Z"],
  ["key", "kitty escape", "\x1b[27u"],
  ["report", "kitty ctrl-c let go", "\x1b[99;5:3u"],
  ["report", "kitty arrow let go", "\x1b[1;1:3A"],
  ["key", "kitty arrow repeated", "\x1b[1;1:2A"],
  ["key", "modifyOtherKeys", "\x1b[27;5;13~"],
  ["key", "UTF-8", "\xc3\xa4\xe6\xbc\xa2"],
  ["key", "Alt with UTF-8", "\x1b\xc3\xa4"],
  ["report", "cursor position", "\x1b[24;80R"],
  ["report", "cursor position, first column", "\x1b[1;1R"],
  ["report", "cursor position, top row", "\x1b[1;42R"],
  ["report", "extended cursor position", "\x1b[?1;2R"],
  ["report", "DA1", "\x1b[?62;22c"],
  ["report", "DA2", "\x1b[>41;370;0c"],
  ["report", "status", "\x1b[0n"],
  ["report", "private status", "\x1b[?997;1n"],
  ["report", "private mode", "\x1b[?2026;2$y"],
  ["report", "mode", "\x1b[4;2$y"],
  ["report", "kitty flags", "\x1b[?1u"],
  ["report", "window size", "\x1b[8;24;80t"],
  ["report", "background, ST", "\x1b]11;rgb:0000/0000/0000\x1b\\"],
  ["report", "background, BEL", "\x1b]11;rgb:0000/0000/0000\x07"],
  ["report", "palette", "\x1b]4;1;rgb:cdcd/0000/0000\x07"],
  ["report", "clipboard", "\x1b]52;c;aGVsbG8=\x1b\\"],
  ["report", "XTVERSION", "\x1bP>|XTerm(380)\x1b\\"],
  ["report", "XTGETTCAP", "\x1bP1+r544e=787465726d\x1b\\"],
  ["report", "XTGETTCAP, negative", "\x1bP0+r\x1b\\"],
  ["report", "DECRQSS", "\x1bP1$r0m\x1b\\"],
  ["report", "DA3", "\x1bP!|00000000\x1b\\"],
  ["report", "kitty graphics", "\x1b_Gi=31;OK\x1b\\"],
  ["mouse", "X10", "\x1b[M !!"],
  ["mouse", "X10 with bytes that look like keys", "\x1b[M\x1b[A"],
  ["mouse", "SGR press", "\x1b[<0;10;5M"],
  ["mouse", "SGR release", "\x1b[<0;10;5m"],
  ["mouse", "urxvt", "\x1b[32;10;5M"],
  ["focus", "in", "\x1b[I"],
  ["focus", "out", "\x1b[O"],
  ["paste", "paste", "\x1b[200~y\r\x1b[A\x1b[0n\x1b[201~"],
];

test.each(table)("%s: %s", (type, _name, sequence) => {
  expect(classify(sequence)).toEqual([[type, sequence]]);
});

test.each(table)("%s: %s, between two keys", (type, _name, sequence) => {
  if (type === "key") return;
  expect(classify(`a${sequence}b`)).toEqual([
    ["key", "a"],
    [type, sequence],
    ["key", "b"],
  ]);
});

test.each(table)("%s: %s, split anywhere, ends as itself or as a key", (type, _name, sequence) => {
  for (let split = 1; split < sequence.length; split += 1) {
    const pieces = classify(sequence.slice(0, split), sequence.slice(split), "z");
    expect(pieces.map(([, bytes]) => bytes).join("")).toBe(`${sequence}z`);
    expect(pieces.at(-1)).toEqual(["key", "z"]);
    for (const [found] of pieces.slice(0, -1)) expect([type, "key"]).toContain(found);
    // Nothing that a person may have typed is ever taken for less.
    if (type === "key") expect(pieces.every(([found]) => found === "key")).toBe(true);
  }
});

test("an answer split after its beginning is an answer as a whole", () => {
  expect(classify("\x1b]11;rgb:00", "00/0000/0000\x1b", "\\")).toEqual([
    ["report", "\x1b]11;rgb:00"],
    ["report", "00/0000/0000\x1b"],
    ["report", "\\"],
  ]);
  expect(classify("\x1b[?62", ";22c")).toEqual([
    ["report", "\x1b[?62"],
    ["report", ";22c"],
  ]);
});

test("a paste may come in many chunks and hold anything but its end", () => {
  const chunks = ["\x1b[200~rm ", "\x1b[20", "0~x\x1b[2", "01~", "y"];
  expect(classify(...chunks).map(([type]) => type)).toEqual([
    "paste",
    "paste",
    "paste",
    "paste",
    "key",
  ]);
  expect(classify("\x1b[200~\x1b\x1b[201~y").map(([type]) => type)).toEqual(["paste", "key"]);
});

test("a burst of answers, then typing", () => {
  expect(classify("\x1b[?62c\x1b]11;rgb:0/0/0\x07\x1b[Iy\r")).toEqual([
    ["report", "\x1b[?62c\x1b]11;rgb:0/0/0\x07"],
    ["focus", "\x1b[I"],
    ["key", "y\r"],
  ]);
});

test("Alt with a bracket does not swallow what is typed after it", () => {
  expect(classify("\x1b]", "1", "y", "\r").every(([type]) => type === "key")).toBe(true);
  expect(classify("\x1bP", "0", "+r", "y").every(([type]) => type === "key")).toBe(true);
});

test("an answer that never ends is over when somebody presses Enter or ^C", () => {
  for (const key of ["\r", "\x03", "\x7f"]) {
    const pieces = classify("\x1b]11;rgb:", `abc${key}`, "y");
    expect(pieces.at(-1)).toEqual(["key", "y"]);
    expect(pieces.at(-2)).toEqual(["key", `abc${key}`]);
  }
});

test("a parameter list without end is keys", () => {
  const pieces = classify(`\x1b[${"1;".repeat(1_000)}`);
  expect(pieces.every(([type]) => type === "key")).toBe(true);
});
