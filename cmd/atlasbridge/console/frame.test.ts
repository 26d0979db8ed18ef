/** What stands on the console's screen. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { frame, type Terminal } from "./frame.ts";
import { wrapped } from "./row.ts";
import { promptAt, Scene, sessionAt } from "./scene.example.ts";

const terminal: Terminal = { columns: 80, rows: 24, isAscii: false };

function textOf(scene: Scene, size: Partial<Terminal> = {}): string[] {
  return frame(scene.state, { ...terminal, ...size }).map((row) =>
    row.map(({ text }) => text).join(""),
  );
}

test("it says what it is, what waits for how long, and a key for each answer", () => {
  const options = ["Yes", "No, keep it"].map((label, at) => ({ label, key: String(at + 1) }));
  const dialog = promptAt(1, { kind: "multiple_choice", options, default: "Yes" });
  const scene = new Scene().live([sessionAt(1), sessionAt(2)], [dialog, promptAt(2)]);
  const screen = textOf(scene).join("\n");
  expect(screen).toContain("operator console: local execution only");
  expect(screen).toContain("Waiting for you (2)");
  expect(screen).toContain("> bash (label1)  waits for you 2 min");
  expect(screen).toContain("[1] Yes (default)   [2] No, keep it   [d] Deny");
  expect(screen).toMatch(/bash \(label2\) +2 min +Go on with 2\? \[y\/n\]/);
});

test("the last row names every key that answers, that of typing too", () => {
  const last = (kind: "free_text" | "yes_no"): string => {
    const screen = textOf(new Scene().live([sessionAt(1)], [promptAt(1, { kind })]));
    return screen.at(-1) ?? "";
  };
  expect(last("free_text")).toStartWith("d t answer");
  expect(last("yes_no")).toStartWith("y n answer");
});

test("each session tells its state in words", () => {
  const sessions = [
    sessionAt(1),
    sessionAt(2, { activity: { state: "idle", reason: "", prompt_kind: null, since: 0 } }),
    sessionAt(3),
  ];
  const over = sessionAt(4, { state: "ended", exit_code: 3, ended_at: 0 });
  const scene = new Scene().live(sessions, [promptAt(3)]);
  scene.happens({ on: "ended", sessions: [over] });
  const screen = textOf(scene, { columns: 120 }).join("\n");
  expect(screen).toMatch(/label1\) +working 5 s/);
  expect(screen).toMatch(/label2\) +idle/);
  expect(screen).toMatch(/label3\) +waiting for you 2 min/);
  expect(screen).toMatch(/label4\) +ended \(exit 3\)/);
});

test("what a tool wrote is text: no control, no turn of direction, no second line", () => {
  const hostile =
    "\u001b[2J\u001b]0;x\u0007 \u202e gnp.\r\nsecond\u0085 漢字 \u{1f469}\u200d\u{1f4bb}";
  const prompt = promptAt(1, { question: hostile, label: hostile, reason: hostile });
  const session = sessionAt(1, { label: hostile, command: [hostile] });
  const scene = new Scene().live([session], [prompt]);
  const screen = textOf(scene);
  expect(screen.join("")).not.toMatch(/(?!\u200d)[\p{Cc}\p{Cf}]/u);
  expect(screen.join("\n")).toContain("␛[2J");
  expect(screen.join("\n")).toContain("<U+202E>");
});

test("in a C locale everything is ASCII, and controls are spelled", () => {
  const scene = new Scene().live([sessionAt(1)], [promptAt(1, { question: "\u001b漢 … ü?" })]);
  const screen = textOf(scene, { isAscii: true }).join("\n");
  expect(screen).toMatch(/^[\x20-\x7e\n]*$/);
  expect(screen).toContain("^[?? ... u?");
});

test("columns of wide characters stay aligned", () => {
  const prompts = [promptAt(1, { label: "漢字漢字" }), promptAt(2, { label: "abc" }), promptAt(3)];
  const scene = new Scene()
    .live(
      [1, 2, 3].map((at) => sessionAt(at)),
      prompts,
    )
    .presses("down");
  const rows = textOf(scene).filter((row) => row.includes("Go on") && !row.startsWith("    "));
  const places = rows.map((row) => Bun.stringWidth(row.slice(0, row.indexOf("Go on"))));
  expect(new Set(places).size).toBe(1);
});

test("whatever the size and the text, as many rows as there are and none too wide", () => {
  const size = { columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 70 }) };
  const text = fc.string({ unit: "grapheme", maxLength: 300 });
  const given = fc.record({
    ...size,
    isAscii: fc.boolean(),
    question: text,
    label: text,
    sessions: fc.nat(60),
    waiting: fc.nat(12),
    keys: fc.array(fc.constantFrom("down", "up", "tab", "?", "/", "a", "t", "x", "end"), {
      maxLength: 8,
    }),
  });
  fc.assert(
    fc.property(given, ({ question, label, sessions, waiting, keys, ...rest }) => {
      const all = Array.from({ length: sessions }, (_, at) => sessionAt(at, { label }));
      const asked = all.slice(0, waiting).map((_, at) => promptAt(at, { question, label }));
      const scene = new Scene().live(all, asked).presses(...keys);
      const shown = textOf(scene, rest);
      expect(shown).toHaveLength(rest.rows);
      for (const row of shown) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(rest.columns);
    }),
    { numRuns: 150 },
  );
});

test("the chosen one of fifty is always seen", () => {
  const all = Array.from({ length: 50 }, (_, at) => sessionAt(at));
  const asked = all.slice(0, 20).map((_, at) => promptAt(at));
  const scene = new Scene().live(all, asked);
  for (let at = 0; at < 70; at += 1) {
    expect(textOf(scene).filter((row) => row.startsWith("> "))).toHaveLength(1);
    scene.presses("down");
  }
});

test("the help is whole on 80 columns, and what is cut says so once", () => {
  const help = textOf(new Scene().live([], []).presses("?"));
  expect(help.slice(3).filter((row) => row.endsWith("…"))).toEqual([]);
  expect(wrapped("one two three four", { columns: 9, rowsMax: 1 })).toEqual(["one two …"]);
});
