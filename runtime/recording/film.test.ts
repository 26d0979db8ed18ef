/** Proves what a session's recording holds: all that was shown, no secret, and never more than it may. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { exampleDrafts, examplePromptId } from "../../contracts/examples.ts";
import { limits } from "../../contracts/limits.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import type { CastEvent } from "../pty/asciicast.ts";
import type { Termios } from "../pty/pty.ts";
import { systemRandom } from "../random.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { Film } from "./film.ts";
import { readRecording, sumOf, withCast } from "./read.ts";

const lineMode: Termios = { canonical: true, echo: true, signals: true };
const hidden: Termios = { ...lineMode, echo: false };
const rawMode: Termios = { canonical: false, echo: false, signals: false };
const exit = { code: 0, signal: null };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

type Given = { input?: boolean; bytesMax?: number; file?: string; secrets?: string[] };

function filming({ input = false, bytesMax = 1_000_000, file, secrets = [] }: Given = {}) {
  const clock = manualClock();
  const path = file ?? join(scratchFolder(), "recordings", "a.cast.zst");
  const troubles: string[] = [];
  const terminal = { mode: lineMode };
  const film = new Film({
    file: path,
    head: () => ({ size: { cols: 80, rows: 24 }, command: "ask me", term: "xterm" }),
    settings: { input, bytes_max: bytesMax },
    secrets,
    clock,
    random: systemRandom,
    termios: () => terminal.mode,
    onTrouble: (line) => troubles.push(line),
  });
  const events = (): CastEvent[] => [...readRecording(path, "a").events];
  const shown = (): string =>
    events()
      .map((event) => (event.kind === "output" ? event.text : ""))
      .join("");
  return { clock, path, film, terminal, troubles, events, shown };
}

/** As the store gives it back. */
function asked(kind: "yes_no" | "password", seq = 7): StoredEntry {
  const { data, content } = exampleDrafts["prompt.detected"];
  const beside = { v: 1, agent_id: "", at: 0, session_id: null, content_hash: null, salt: null };
  const entry = { ...beside, seq, prev: "", hash: "", kind: "prompt.detected", content };
  // The chain's fields are of no matter to a recording.
  return { ...entry, data: { ...data, prompt_kind: kind } } as unknown as StoredEntry;
}

describe("what is shown", () => {
  test("is kept with its times, sizes and the terminal's mode, and the file is what the sum says", () => {
    const { film, clock, events, path } = filming();
    film.looked(lineMode, null);
    film.output(utf8("one\r\n"));
    clock.advance(250);
    film.resized({ cols: 100, rows: 30 });
    film.looked(lineMode, { waits: [], blind: false });
    film.looked(lineMode, { waits: [], blind: false });
    film.output(utf8("two"));
    const sum = film.close(exit);
    expect(events()).toEqual([
      { atMs: 0, kind: "termios", termios: lineMode },
      { atMs: 0, kind: "output", text: "one\r\n" },
      { atMs: 250, kind: "resized", size: { cols: 100, rows: 30 } },
      { atMs: 250, kind: "kernel", kernel: { waits: [], blind: false } },
      { atMs: 250, kind: "output", text: "two" },
      { atMs: 250, kind: "exit", exit },
    ]);
    expect(sum).toEqual({ ...sumOf(path, "a"), cut: null });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const head = withCast(path, "a", (cast) => cast.head);
    expect(head).toEqual({
      size: { cols: 80, rows: 24 },
      command: "ask me",
      term: "xterm",
      timestamp: 1_700_000_000,
    });
  });

  test("any bytes, split anywhere, come back as a terminal would read them", () => {
    const { film, clock, shown } = filming();
    const bytes = utf8('\u001b[1m"ä漢👍🏽\\\u0000\u007f\u0085\r\n');
    for (const [index] of bytes.entries()) {
      film.output(bytes.subarray(index, index + 1));
      if (index % 3 === 0) clock.advance(600);
    }
    film.output(new Uint8Array([0xff, 0x41, 0xe6, 0xbc]));
    film.close(exit);
    expect(shown()).toBe('\u001b[1m"ä漢👍🏽\\\u0000\u007f\u0085\r\n\ufffdA\ufffd');
  });

  test("is in the file half a second later, and sooner at a prompt", () => {
    const { film, clock, shown, path, events } = filming();
    film.output(utf8("working"));
    clock.advance(limits.recordingFlushMs);
    expect(shown()).toBe("working");
    film.output(utf8("Go on? [y/n] "));
    film.entry(asked("yes_no"));
    clock.advance(limits.recordingPromptFlushMs);
    expect(events().at(-1)).toMatchObject({ kind: "prompt", id: examplePromptId, seq: 7 });
    // As after kill -9 in the middle of a write.
    writeFileSync(path, Buffer.concat([readFileSync(path), readFileSync(path).subarray(0, 40)]));
    expect(shown()).toBe("workingGo on? [y/n] ");
    truncateSync(path, statSync(path).size - 41);
    expect(shown()).toBe("working");
  });
});

test("a prompt that ends with its session is closed there, by an entry that comes later", () => {
  const { film, events } = filming();
  film.entry(asked("yes_no"));
  film.close(exit);
  expect(events()).toMatchObject([
    { kind: "prompt", id: examplePromptId, seq: 7 },
    { kind: "closed", id: examplePromptId },
    { kind: "exit" },
  ]);
});

describe("a secret", () => {
  test("is not kept as input, nor its echo, nor where it is shown again, split or not", () => {
    const { film, clock, terminal, shown, events } = filming({ input: true });
    film.entry(asked("password"));
    for (const key of "4821-976\r") film.typed("terminal", utf8(key));
    film.output(utf8("4821-976\r\nok\r\n"));
    film.entry(asked("yes_no"));
    terminal.mode = hidden;
    film.typed("terminal", utf8("\u001b[200~hunter2\u001b[201~\r"));
    terminal.mode = lineMode;
    film.typed("terminal", utf8("y\r"));
    film.output(utf8("you said "));
    clock.advance(1_000);
    film.output(utf8("<"));
    clock.advance(limits.recordingFlushMs - 100);
    film.output(utf8("hunter2, 48"));
    film.output(utf8("21-97"));
    clock.advance(100);
    expect(shown()).toBe("********\r\nok\r\nyou said <*******, ");
    film.output(utf8("6. 4821 is not it"));
    film.close(exit);
    expect(shown()).toBe("********\r\nok\r\nyou said <*******, ********. 4821 is not it");
    expect(events().filter(({ kind }) => kind === "input")).toMatchObject([{ text: "y\r" }]);
  });

  test("of the keychain is covered too, though nobody keeps it", () => {
    const { film, clock, shown } = filming({ input: true });
    const keys = utf8("Tr0ub4dör\r");
    film.typed("keychain", keys);
    keys.fill(0);
    film.output(utf8("password="));
    clock.advance(limits.recordingFlushMs - 1);
    film.output(utf8("Tr0ub"));
    clock.advance(1);
    film.output(utf8("4dör\r\nAnd so on."));
    clock.advance(limits.recordingFlushMs);
    film.close(exit);
    expect(shown()).toBe("password=*********\r\nAnd so on.");
  });

  test("of the environment is covered wherever it is shown, also when it comes in pieces", () => {
    const secrets = ["correct horse battery", "pässwörter"];
    const { film, clock, shown } = filming({ secrets });
    film.output(utf8("it is correct horse battery, or "));
    clock.advance(limits.recordingFlushMs - 1);
    film.output(utf8("cor"));
    clock.advance(1);
    expect(shown()).toBe("it is *********************, or ");
    film.output(utf8("rect horse "));
    clock.advance(1);
    const rest = utf8("battery; pässwörter; corr");
    for (const [at] of rest.entries()) film.output(rest.subarray(at, at + 1));
    film.close(exit);
    const all = "it is *********************, or *********************; **********; corr";
    expect(shown()).toBe(all);
  });

  test("may be what is typed in raw mode, so that is never kept; without the setting nothing is", () => {
    const raw = filming({ input: true });
    raw.terminal.mode = rawMode;
    raw.film.typed("terminal", utf8("hello"));
    raw.film.close(exit);
    const off = filming();
    off.film.typed("terminal", utf8("hello\r"));
    off.film.close(exit);
    for (const { events } of [raw, off]) expect(events().map(({ kind }) => kind)).toEqual(["exit"]);
  });
});

describe("bounds", () => {
  test("more than the bound is not kept: the recording says so and the session goes on", () => {
    const { film, clock, events, shown } = filming({ bytesMax: 600_000 });
    for (let count = 0; count < 100; count += 1) {
      film.output(utf8("0123456789".repeat(1_000)));
      clock.advance(1);
    }
    const sum = film.close(exit);
    expect(shown()).toBe("0123456789".repeat(60_000));
    expect(events().at(-1)).toMatchObject({ kind: "cut", why: "bytes_max" });
    expect(sum?.cut).toBe("bytes_max");
  });

  test("a great many small events make frames that can be read again", () => {
    const { film, clock, events } = filming();
    for (let count = 0; count < 20_000; count += 1) {
      film.output(utf8("\u0001"));
      clock.advance(1);
    }
    // What comes at the same moment is one event.
    film.output(utf8("a"));
    film.output(utf8("b"));
    film.close(exit);
    expect(events()).toHaveLength(20_002);
    expect(events().at(-2)).toMatchObject({ text: "ab" });
  });

  test("a file that cannot be made is told once, and nothing else is disturbed", () => {
    const taken = join(scratchFolder(), "taken");
    writeFileSync(taken, "");
    const { film, troubles } = filming({ file: join(taken, "a.cast.zst") });
    film.output(utf8("x"));
    expect(film.close(exit)).toBeNull();
    expect(troubles).toEqual([expect.stringContaining("the session went on")]);
    const again = filming({ file: taken });
    again.film.output(utf8("x"));
    expect(again.film.close(exit)).toBeNull();
    expect(readFileSync(taken, "utf8")).toBe("");
  });

  test("a session that never began leaves nothing", () => {
    const { film, clock, path } = filming();
    film.output(utf8("x"));
    clock.advance(1_000);
    film.discard();
    expect(existsSync(path)).toBe(false);
  });
});

describe("reading", () => {
  test("refuses what is no recording, and a frame that would fill the memory", () => {
    const file = join(scratchFolder(), "x");
    const refused = (bytes: Uint8Array | string): string => {
      writeFileSync(file, bytes);
      try {
        readRecording(file, "x");
        return "read";
      } catch (error) {
        return error instanceof AtlasError ? error.message : String(error);
      }
    };
    expect(refused("hello\n")).toContain("header");
    expect(refused(Bun.zstdCompressSync(Buffer.alloc(50_000_000)))).toContain(
      "decompress it first",
    );
    const good = Bun.zstdCompressSync(Buffer.from('{"version":2,"width":80,"height":24}\n'));
    expect(refused(good)).toBe("read");
    expect(refused(Buffer.concat([good, Buffer.from("junk after it")]))).toContain(
      "something else",
    );
    const broken = Buffer.from(Bun.zstdCompressSync(Buffer.from("abc".repeat(5_000))));
    broken.fill(0xaa, 14, broken.length - 1);
    expect(refused(broken)).not.toBe("read");
  });
});
