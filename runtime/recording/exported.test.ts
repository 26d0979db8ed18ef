/** Proves that an exported recording is one for any player, with nothing in it that redaction took out. */
import { expect, test } from "bun:test";
import { readCast } from "../pty/asciicast.ts";
import { exportedLines } from "./exported.ts";

const cast = [
  '{"version":2,"width":20,"height":3,"timestamp":1700000000,"command":"show hunter2","env":{"TERM":"xterm"}}',
  '[0.1,"m","{\\"type\\":\\"termios\\",\\"icanon\\":true,\\"echo\\":true,\\"isig\\":true}"]',
  '[0.5,"o","it is hun"]',
  '[0.6,"r","30x4"]',
  '[1.0,"m","{\\"type\\":\\"prompt\\",\\"id\\":\\"p\\",\\"seq\\":3}"]',
  '[1.1,"m","{\\"type\\":\\"prompt\\",\\"id\\":\\"other\\",\\"seq\\":4}"]',
  '[1.5,"o","ter2!"]',
  '[1.6,"i","hunter2"]',
  '[1.7,"m","{\\"type\\":\\"cut\\",\\"why\\":\\"bytes_max\\"}"]',
];

/** Holds back what may be the beginning of the secret. */
function redactor() {
  let held = "";
  const clean = (text: string): string => text.replaceAll("hunter2", "[secret]");
  return {
    write(text: string): string {
      const all = clean(held + text);
      const keep = /h(u(n(t(e(r)?)?)?)?)?$/.exec(all)?.[0].length ?? 0;
      held = all.slice(all.length - keep);
      return all.slice(0, all.length - keep);
    },
    end: () => held,
  };
}

test("events of version 2 alone, prompts in words, secrets gone though they came in two pieces", () => {
  const lines = [
    ...exportedLines(readCast(cast, "a"), {
      title: "session",
      label: (id) => (id === "p" ? "prompt 1: hunter2?" : null),
      redactor: redactor(),
      redact: (text) => text.replaceAll("hunter2", "[secret]"),
    }),
  ];
  const [head, ...events] = lines.map((line) => JSON.parse(line));
  expect(head).toEqual({
    ...{ version: 2, width: 20, height: 3, title: "session", timestamp: 1_700_000_000 },
    ...{ command: "show [secret]", env: { TERM: "xterm" } },
  });
  expect(events).toEqual([
    [0.5, "o", "it is "],
    [0.6, "r", "30x4"],
    [1, "m", "prompt 1: [secret]?"],
    [1.5, "o", "[secret]!"],
    [1.6, "i", "[secret]"],
    [1.7, "m", "the recording ends here: bytes_max"],
  ]);
});
