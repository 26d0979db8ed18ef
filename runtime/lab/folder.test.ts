/** Proves that labels in other layouts become the same cases. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readFolder } from "./folder.ts";

const scratch = mkdtempSync(join(tmpdir(), "lab-folder-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const header = '{"version": 2, "width": 100, "height": 30}';

function folder(name: string, files: Readonly<Record<string, unknown>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(scratch, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return join(scratch, name);
}

describe("labels of programs", () => {
  const label = {
    id: "ask#1",
    cast: "ask.cast",
    program: "ask",
    version: "1.2",
    kind: "free_text",
    text: "Your API key: ",
    reply_bytes: "k\r",
    t_ms_visible: 10,
    t_ms_wait_marker: 900,
    t_ms_last_output: 10,
    termios: { icanon: true, echo: true, isig: true },
    kernel_block: {
      blocked_on_tty: true,
      outside_hits: 0,
      waiter: { syscall: "epoll_pwait", timeout_ms: 250, comm: "node" },
    },
  };
  const negative = {
    cast: "copy.cast",
    program: "copy",
    category: "progress",
    why: null,
    t_ms_from: 0,
    t_ms_to: 500,
    tty_style: "poll",
  };
  const cast = `${header}\n[0.01, "o", "Your API key: "]\n[0.95, "i", "k\\r"]\n`;

  test("become prompts with the evidence they were taken with", () => {
    const labels = { prompts: [label], negatives: [negative], unscored_waits: {} };
    const files = { "labels.json": labels, "casts/ask.cast": cast, "casts/copy.cast": cast };
    const [ask, copy] = readFolder(folder("programs", files));
    expect(ask?.expected.prompts).toMatchObject([
      { id: "ask#1", from_ms: 10, at_ms: 900, until_ms: 950, or_kinds: ["password"] },
    ]);
    const kernel = ask?.recording.events.find((event) => event.kind === "kernel");
    expect(kernel).toMatchObject({ kernel: { waits: [{ via: "poll", timed: true }] } });
    expect(copy?.expected.negatives).toEqual([{ from_ms: 0, to_ms: 500, why: "progress" }]);
  });
});

describe("labels of AI tools", () => {
  const approval = {
    id: "t#0",
    cast: "t.cast",
    agent: "tool",
    agent_version: "3",
    kind: "tool_approval",
    t_ms_visible: 100,
    t_ms_held_until: 2_000,
    text: "Proceed?",
    subject: { tool: "bash", command: "rm -rf ./build" },
    subject_fully_visible: true,
    options: [
      { label: "Yes (y)", keys: ["y", "\r"] },
      { label: "No", keys: ["3", "\u001b", "n"] },
    ],
    selected_default: "Yes (y)",
    answered_with: "y",
  };
  const idle = { ...approval, id: "t#1", kind: "idle_input", must_not_answer: true, options: [] };
  const cast = `${header}\n[0.1, "o", "Proceed?"]\n[0.6, "o", "*"]\n[2, "i", "y"]\n`;

  test("become approvals with their subject, looked at in the longest silence, and idle boxes", () => {
    const labels = {
      prompts: [approval, { ...idle, t_ms_visible: 2_100, t_ms_held_until: 3_000 }],
      negatives: [{ cast: "t.cast", agent: "tool", t_ms_from: 0, t_ms_to: 90, why: "starts" }],
    };
    const [one] = readFolder(
      folder("agents", { "labels.json": labels, "recordings/t.cast": cast }),
    );
    const [first, second] = one?.expected.prompts ?? [];
    expect(first).toMatchObject({
      kind: "yes_no",
      or_kinds: ["multiple_choice"],
      subject: { type: "shell", command: "rm -rf ./build" },
      options: [
        { label: "Yes", key: "y" },
        { label: "No", key: null },
      ],
    });
    expect(first?.at_ms).toBeCloseTo(2_000, 0);
    expect(second).toMatchObject({ kind: "idle", must_not_answer: true, options: null });
    // 50 ms at both ends of 90: nothing is left of it.
    expect(one?.expected.negatives).toEqual([]);
  });
});

test("a folder that is none of these is refused with what to do", () => {
  expect(() => readFolder(join(scratch, "absent"))).toThrow("there is no folder");
  const labels = { prompts: [], negatives: [] };
  expect(() => readFolder(folder("half", { "labels.json": labels }))).toThrow("recordings there");
  const wrong = folder("wrong", { "labels.json": "{", "casts/a.cast": header });
  expect(() => readFolder(wrong)).toThrow("labels.json: not JSON");
  expect(() => readFolder(folder("empty", { "notes.txt": "" }))).toThrow("holds no recordings");
});
