/** What the answers to terminal queries promise. */
import { expect, test } from "bun:test";
import { openScreen } from "./screen.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function open(answersQueries = true) {
  const replies: string[] = [];
  const screen = openScreen({
    size: { cols: 80, rows: 24 },
    reply: (bytes) => replies.push(new TextDecoder().decode(bytes)),
    answersQueries,
  });
  return { screen, replies, write: (text: string) => screen.feed(encode(text)) };
}

const answered: [name: string, query: string, reply: string][] = [
  ["DA1", "\x1b[c", "\x1b[?62;22c"],
  ["DA1 with zero", "\x1b[0c", "\x1b[?62;22c"],
  ["DSR status", "\x1b[5n", "\x1b[0n"],
  ["cursor position", "\x1b[6n", "\x1b[3;7R"],
  ["extended cursor position", "\x1b[?6n", "\x1b[?3;7R"],
  ["XTVERSION", "\x1b[>q", "\x1bP>|atlasbridge\x1b\\"],
  ["XTVERSION with zero", "\x1b[>0q", "\x1bP>|atlasbridge\x1b\\"],
  ["DECRQM set", "\x1b[?7$p", "\x1b[?7;1$y"],
  ["DECRQM reset", "\x1b[?2026$p", "\x1b[?2026;2$y"],
  ["DECRQM unknown", "\x1b[?31337$p", "\x1b[?31337;0$y"],
  ["DECRQM ANSI", "\x1b[4$p", "\x1b[4;2$y"],
  ["DECRQM ANSI unknown", "\x1b[20$p", "\x1b[20;0$y"],
  ["text colour", "\x1b]10;?\x07", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\"],
  ["background", "\x1b]11;?\x1b\\", "\x1b]11;rgb:0000/0000/0000\x1b\\"],
  ["cursor colour", "\x1b]12;?\x07", "\x1b]12;rgb:ffff/ffff/ffff\x1b\\"],
  ["palette", "\x1b]4;1;?\x07", "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\"],
  ["palette cube", "\x1b]4;208;?\x07", "\x1b]4;208;rgb:ffff/8787/0000\x1b\\"],
  ["palette grey", "\x1b]4;255;?\x07", "\x1b]4;255;rgb:eeee/eeee/eeee\x1b\\"],
  [
    "palette, two at once",
    "\x1b]4;0;?;15;?\x07",
    "\x1b]4;0;rgb:0000/0000/0000\x1b\\\x1b]4;15;rgb:ffff/ffff/ffff\x1b\\",
  ],
  [
    "text and background at once",
    "\x1b]10;?;?\x07",
    "\x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\",
  ],
  ["XTGETTCAP", "\x1bP+q544e;524742\x1b\\", "\x1bP0+r\x1b\\"],
  ["program status", "\x1b]7501;?\x07", "\x1b]7501;?\x1b\\"],
];

const unanswered: [name: string, query: string][] = [
  ["kitty keyboard", "\x1b[?u"],
  ["DA2", "\x1b[>c"],
  ["DA2 with zero", "\x1b[>0c"],
  ["DA3", "\x1b[=c"],
  ["title report", "\x1b]2;rm -rf /\r\x07\x1b[21t"],
  ["icon report", "\x1b]1;rm -rf /\r\x07\x1b[20t"],
  ["DECRQSS", "\x1bP$qm\x1b\\"],
  ["DECRQSS of nonsense", "\x1bP$qrm -rf /\x1b\\"],
  ["window size reports", "\x1b[14t\x1b[16t\x1b[18t\x1b[19t\x1b[11t\x1b[13t"],
  ["window resize", "\x1b[8;10;10t"],
  ["clipboard", "\x1b]52;c;?\x07"],
  ["selection of a checksum", "\x1b[1;1;1;1;1;1*y"],
  ["terminal parameters", "\x1b[x"],
  ["answerback", "\x05"],
  ["focus reporting", "\x1b[?1004h"],
  ["colour out of range", "\x1b]4;256;?\x07\x1b]4;1e2;?\x07\x1b]4;x;?\x07"],
  ["setting a colour", "\x1b]11;rgb:12/34/56\x07\x1b]4;1;red\x07"],
];

test.each(answered)("%s is answered once, wherever the query is split", (_name, query, reply) => {
  for (let split = 0; split < query.length; split += 1) {
    const { replies, write } = open();
    write("\x1b[3;7H");
    const start = query.slice(0, split);
    write(start);
    // The escape of `ESC \\` ends a string already.
    if (!start.endsWith("\x1b")) expect(replies).toEqual([]);
    write(query.slice(split));
    expect(replies.join("")).toBe(reply);
  }
});

test.each(answered)("%s is left to the real terminal where there is one", (_name, query, reply) => {
  const { replies, write } = open(false);
  write(query);
  // But for the program's status, which terminals hardly know: tools that ask go on to announce their state.
  expect(replies).toEqual(query.includes("7501") ? [reply] : []);
});

test("the program status is answered once for each query, whichever way that ends", () => {
  const { replies, write } = open(false);
  write("\x1b]7501;?\x07\x1b]7501;state=idle\x07\x1b[c\x1b]7501;?\x1b\\");
  expect(replies).toEqual(["\x1b]7501;?\x1b\\\x1b]7501;?\x1b\\"]);
});

test.each(unanswered)("%s is not answered, and what follows is", (_name, query) => {
  const { replies, write } = open();
  write(`${query}\x1b[5n`);
  expect(replies.join("")).toBe("\x1b[0n");
});

test("several queries in one feed are answered in order and at once", () => {
  const { replies, write } = open();
  write("\x1b[?u\x1b[>q\x1b]11;?\x07 \x1b[6n\x1b[c");
  expect(replies).toEqual([
    "\x1bP>|atlasbridge\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[1;2R\x1b[?62;22c",
  ]);
});

test("the cursor position behind the last column is told as the last column", () => {
  const { replies, write } = open();
  write(`${"x".repeat(80)}\x1b[6n`);
  expect(replies).toEqual(["\x1b[1;80R"]);
});

test("modes are told as they are", () => {
  const { replies, write } = open();
  write("\x1b[?2004h\x1b[?25l\x1b[?1049h\x1b[?1003h");
  write("\x1b[?2004$p\x1b[?25$p\x1b[?1049$p\x1b[?1003$p");
  expect(replies.join("")).toBe("\x1b[?2004;1$y\x1b[?25;2$y\x1b[?1049;1$y\x1b[?1003;1$y");
});

test("a flood of queries is not answered without bound", () => {
  const { replies, write } = open();
  write("\x1b[c".repeat(50_000));
  expect(replies.join("").length).toBeLessThanOrEqual(16_384);
  expect(replies.join("").replaceAll("\x1b[?62;22c", "")).toBe("");
  expect(replies).not.toEqual([]);
});

test("nothing that a program wrote comes back as input", () => {
  const { replies, write } = open();
  const secret = "EVIL";
  write(`\x1b]2;${secret}\x07\x1b]1;${secret}\x07\x1b[21t\x1b[20t\x1bP$q${secret}\x1b\\`);
  write(
    `\x1bP+q${secret}\x1b\\\x1b]4;${secret};?\x07\x1b]10;${secret};?\x07\x1b]7501;?${secret}\x07`,
  );
  write(`\x1b]52;c;${secret}\x07\x1b]52;c;?\x07\x1b_G${secret}\x1b\\`);
  expect(replies.join("")).not.toContain(secret);
});
