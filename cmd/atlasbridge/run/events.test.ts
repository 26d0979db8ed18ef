/** Events reach a file at once and a slow reader in order, and no reader can stop the runtime. */
import { expect, onTestFinished, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import { manualClock } from "../../../runtime/manual-clock.ts";
import { noted } from "../../../runtime/trace/drafts.example.ts";
import { openMemoryStore } from "../../../runtime/trace/memory.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { openEvents } from "./events.ts";

const { O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-events-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

function fifo(): string {
  const path = scratch("fifo");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  return path;
}

/** So many entries that a pipe, which holds 64 KiB, takes but the first of them. */
function entries(bytes: number): StoredEntry[] {
  const store = openMemoryStore({
    clock: manualClock(),
    random: systemRandom,
    runtimeVersion: "0",
  });
  const drafts = Array.from({ length: Math.ceil(bytes / 1_000) }, () => noted("x".repeat(600)));
  return store.append(drafts, { sessionId: null });
}

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

/** All that is in the pipe now. */
function drain(fd: number): string {
  const buffer = new Uint8Array(1 << 20);
  let text = "";
  for (;;) {
    try {
      const count = readSync(fd, buffer);
      if (count === 0) return text;
      text += new TextDecoder().decode(buffer.subarray(0, count));
    } catch (error) {
      expect(error).toMatchObject({ code: "EAGAIN" });
      return text;
    }
  }
}

const linesOf = (written: readonly StoredEntry[]): string =>
  written.map((entry) => `${JSON.stringify(entry)}\n`).join("");

test("a file has each line before write returns, and keeps what it had", () => {
  const path = scratch("events");
  writeFileSync(path, "before\n", { mode: 0o600 });
  const troubles: string[] = [];
  const sink = openEvents(path, (line) => troubles.push(line));
  const written = entries(3_000);
  for (const [at, entry] of written.entries()) {
    sink.write(entry);
    expect(readFileSync(path, "utf8")).toBe(`before\n${linesOf(written.slice(0, at + 1))}`);
  }
  sink.close();
  expect(troubles).toEqual([]);
});

test("a file that others can read is written with a warning", () => {
  const path = scratch("events");
  writeFileSync(path, "");
  chmodSync(path, 0o644);
  const troubles: string[] = [];
  openEvents(path, (line) => troubles.push(line)).close();
  expect(troubles).toEqual([
    `the events file ${path} is open to other users; run: chmod 600 ${path}`,
  ]);
});

test("a FIFO that nobody reads is refused at once", () => {
  const path = fifo();
  expect(() => openEvents(path, () => undefined)).toThrow(
    `nobody reads ${path}; start the reader of the events first`,
  );
});

/** A FIFO's path, or a blocking descriptor of it that somebody else handed over. */
const targets: Record<string, (path: string) => string> = {
  "a FIFO": (path) => path,
  "an inherited pipe": (path) => `fd:${opened(path, O_RDWR)}`,
};

for (const [name, targetOf] of Object.entries(targets)) {
  // Skipped elsewhere than on Linux: what it asks is in /proc.
  test.skipIf(process.platform !== "linux")(
    `${name}: a slow reader gets every line in order`,
    () => {
      const path = fifo();
      const reader = opened(path, O_RDONLY | O_NONBLOCK);
      const clock = manualClock();
      const troubles: string[] = [];
      const sink = openEvents(targetOf(path), (line) => troubles.push(line), clock);
      const written = entries(300_000);
      for (const entry of written) sink.write(entry);
      let read = "";
      for (let round = 0; round < 20; round += 1) {
        read += drain(reader);
        clock.advance(100);
      }
      expect(read === linesOf(written)).toBe(true);
      sink.close();
      expect(troubles).toEqual([]);
    },
  );

  // Skipped elsewhere than on Linux: what it asks is in /proc.
  test.skipIf(process.platform !== "linux")(
    `${name}: a stuck reader ends the stream, told once`,
    () => {
      const path = fifo();
      opened(path, O_RDONLY | O_NONBLOCK);
      const troubles: string[] = [];
      const sink = openEvents(targetOf(path), (line) => troubles.push(line), manualClock());
      for (const entry of entries(2 * limits.eventsQueueBytesMax)) sink.write(entry);
      expect(troubles).toHaveLength(1);
      expect(troubles[0]).toContain("bytes behind; the trace itself goes on");
      sink.close();
      expect(troubles).toHaveLength(1);
    },
  );
}

test("closing waits for a stuck reader, but not for long", () => {
  const path = fifo();
  opened(path, O_RDONLY | O_NONBLOCK);
  const troubles: string[] = [];
  const sink = openEvents(path, (line) => troubles.push(line), manualClock());
  for (const entry of entries(200_000)) sink.write(entry);
  const from = performance.now();
  sink.close();
  expect(performance.now() - from).toBeLessThan(3_000);
  expect(troubles[0]).toContain("bytes unread");
});
