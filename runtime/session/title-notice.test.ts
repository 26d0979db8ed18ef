/** The line in the title: beside what the tool writes, never amid it, and gone when it is over. */
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { manualClock } from "../manual-clock.ts";
import { TitleNotice } from "./title-notice.ts";

function setUp() {
  const clock = manualClock();
  const written: string[] = [];
  const notice = new TitleNotice({
    clock,
    write: (text) => void written.push(text),
    fallback: "tool",
  });
  const tool = (text: string) => notice.output(new TextEncoder().encode(text));
  return { clock, notice, tool, written, quiet: () => clock.advance(limits.titleQuietMs + 1) };
}

const shown = (line: string) => `\x1b[22;2t\x1b]2;${line}\x07`;
const over = "\x1b]2;tool\x07\x1b[23;2t";

test("is put onto the title and taken off again", () => {
  const { notice, written, quiet } = setUp();
  notice.set("F8 types y");
  quiet();
  notice.set(null);
  quiet();
  expect(written).toEqual([shown("F8 types y"), over]);
});

test("waits for a pause of the tool, however long it writes", () => {
  const { clock, notice, tool, written, quiet } = setUp();
  notice.set("line");
  for (let times = 0; times < 10; times += 1) {
    tool("\x1b[3");
    clock.advance(limits.titleQuietMs / 2);
  }
  expect(written).toEqual([]);
  quiet();
  expect(written).toEqual([shown("line")]);
});

test("comes back when the tool gives a title of its own, which stands there afterwards", () => {
  const { notice, tool, written, quiet } = setUp();
  notice.set("line");
  quiet();
  tool("\x1b]0;one\x07 text \x1b]2;two\x1b\\");
  quiet();
  notice.set(null);
  quiet();
  expect(written).toEqual([shown("line"), "\x1b]2;line\x07", `${over}\x1b]2;two\x07`]);
});

test("that is taken back before it could be shown leaves no trace", () => {
  const { notice, written, quiet } = setUp();
  notice.set("line");
  notice.set(null);
  quiet();
  expect(written).toEqual([]);
});

test("another one takes its place without being put upon it", () => {
  const { notice, written, quiet } = setUp();
  notice.set("one");
  quiet();
  notice.set("two");
  quiet();
  notice.close();
  expect(written).toEqual([shown("one"), "\x1b]2;two\x07", over]);
});

test("closing takes it off at once, and nothing when nothing stands there", () => {
  const { notice, tool, written, quiet } = setUp();
  notice.close();
  expect(written).toEqual([]);
  notice.set("line");
  quiet();
  tool("busy");
  notice.close();
  quiet();
  expect(written).toEqual([shown("line"), over]);
});

test("no text can end the sequence or begin another, and a long one is cut", () => {
  const { notice, written, quiet } = setUp();
  notice.set(`a\x07b\x1b]52;c;x\x9c\u202e${"y".repeat(500)}`);
  quiet();
  const [line = ""] = written;
  const inner = line.slice("\x1b[22;2t\x1b]2;".length, -1);
  expect(inner).toStartWith("a b ]52;c;x  y");
  expect(inner).toHaveLength(limits.suggestionCharsMax);
});

test("what is mentioned stands for a while, and gives way to a line that is set", () => {
  const { clock, notice, written, quiet } = setUp();
  notice.mention("bad policy");
  quiet();
  notice.set("F8 types y");
  quiet();
  notice.set(null);
  quiet();
  clock.advance(limits.mentionMs);
  quiet();
  expect(written).toEqual([
    shown("bad policy"),
    "\x1b]2;F8 types y\x07",
    "\x1b]2;bad policy\x07",
    over,
  ]);
});

test("output just before counts as well: nothing is written amid it", () => {
  const { clock, notice, tool, written, quiet } = setUp();
  tool("\x1b[3");
  notice.set("line");
  clock.advance(limits.titleQuietMs / 2);
  expect(written).toEqual([]);
  quiet();
  expect(written).toHaveLength(1);
});

test("rings between two writes of the tool, once for each call, and not when it is over", () => {
  const { notice, tool, written, quiet } = setUp();
  notice.ring();
  tool("\x1b]2;half a title");
  quiet();
  notice.ring();
  notice.set("line");
  quiet();
  notice.ring();
  notice.close();
  expect(written).toEqual(["\x07", "\x07", shown("line"), over]);
});
