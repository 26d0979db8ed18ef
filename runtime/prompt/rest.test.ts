/** Programs that own the screen and rest: seen as such, and left to a person. */
import { expect, test } from "bun:test";
import type { Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

const text = Array.from({ length: 20 }, (_, at) => `some text ${at}`).join("\n");
const own = { alternate: true, rows: 23 } as const;
const { rawRead, rawTimedPoll } = evidences;

function seen(snapshot: Snapshot, evidence = { ...rawTimedPoll, quietMs: 600 }) {
  const detection = detect(snapshot, evidence);
  if (detection.state !== "waiting") return detection.state;
  return `${detection.prompt.kind} ${detection.prompt.confidence}`;
}

test("an editor is known by the place it shows", () => {
  const cursor = { x: 0, y: 0, visible: true };
  const edited = (status: string) => screenOf(`${text}\n\n${status}`, { ...own, cursor });
  expect(seen(edited("a.txt      1,1     Top"))).toBe("editor low");
  expect(seen(edited("--:--  a.txt    Top (1,0)   (Fundamental)-----"))).toBe("editor low");
  expect(seen(edited("nothing to tell"))).toBe("working");
});

test("keys named at the foot are those of a program at rest", () => {
  const cursor = { x: 0, y: 0, visible: false };
  expect(seen(screenOf(`${text}\n\nq:Quit ENTER:Open`, { ...own, cursor }))).toBe("free_text low");
  expect(seen(screenOf(`${text}\n\nSPACE to scroll`, { ...own, cursor }))).toBe("pager low");
});

test("a screen that was just painted is not at rest", () => {
  const shown = screenOf(`${text}\n\nq:Quit ENTER:Open`, own);
  expect(seen(shown, { ...rawTimedPoll, quietMs: 200 })).toBe("working");
});

test("a question in the last rows is found wherever the cursor is", () => {
  const cursor = { x: 0, y: 3, visible: false };
  const asked = screenOf(`${text}\nDo you really want to quit?\n[y/n]`, { ...own, cursor });
  expect(seen(asked, rawRead)).toStartWith("yes_no");
});

test("a file manager with a command line rests; it is not a tool's own box", () => {
  const cursor = { x: 12, y: 21, visible: true };
  const bar = "1Help  2Menu  3View  4Edit  5Copy  6RenMov  7Mkdir  8Delete  9PullDn 10Quit";
  const shown = screenOf(`${text}\n\nada@host:~# \n${bar}`, { ...own, cursor });
  expect(seen(shown, { ...evidences.rawPoll, quietMs: 600 })).toStartWith("free_text");
});

test("keys may be named below a menu's bar", () => {
  const cursor = { x: 0, y: 3, visible: true };
  const menu = "Actions  Undo  Search  Views\nC-T: Menu  q: Quit  u: Update\nsome list";
  expect(seen(screenOf(`${menu}\n${text}`, { ...own, cursor }))).toBe("free_text low");
  const other = "Actions  Undo  Search  Views\nanything at all\nsome list";
  expect(seen(screenOf(`${other}\n${text}`, { ...own, cursor }))).toBe("working");
});
