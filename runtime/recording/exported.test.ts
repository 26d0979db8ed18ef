/** Proves that an exported recording is one for any player, whose words have gone through redaction. */
import { expect, test } from "bun:test";
import { readCast } from "../pty/asciicast.ts";
import { exportedLines } from "./exported.ts";

const cast = [
  '{"version":2,"width":20,"height":3,"timestamp":1700000000,"command":"show hunter2","env":{"TERM":"xterm"}}',
  '[0.1,"m","{\\"type\\":\\"termios\\",\\"icanon\\":true,\\"echo\\":true,\\"isig\\":true}"]',
  '[0.5,"o","it is "]',
  '[0.6,"r","30x4"]',
  '[1.0,"m","{\\"type\\":\\"prompt\\",\\"id\\":\\"p\\",\\"seq\\":3}"]',
  '[1.1,"m","{\\"type\\":\\"prompt\\",\\"id\\":\\"other\\",\\"seq\\":4}"]',
  '[1.5,"o","done"]',
  '[1.6,"i","y"]',
  '[1.7,"m","{\\"type\\":\\"cut\\",\\"why\\":\\"bytes_max\\"}"]',
];

test("events of version 2 alone, prompts in words, and secrets gone from what is said of them", () => {
  const lines = [
    ...exportedLines(readCast(cast, "a"), {
      title: "session",
      label: (id) => (id === "p" ? "prompt 1: hunter2?" : null),
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
    [1.5, "o", "done"],
    [1.6, "i", "y"],
    [1.7, "m", "the recording ends here: bytes_max"],
  ]);
});
