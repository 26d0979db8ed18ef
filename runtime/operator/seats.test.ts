/** Terminals attached to a session over a real socket: what they see, who writes, and who is sent away. */
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttachHello, AttachSeats } from "../../contracts/attach.ts";
import { sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import { until } from "./until.example.ts";
import { systemClock } from "../clock.ts";
import type { PtySize } from "../pty/pty.ts";
import { openScreen } from "../screen/screen.ts";
import { type Attached, attachOver } from "./attached.ts";
import { HostedTerminal } from "./hosted-terminal.ts";
import { Seats } from "./seats.ts";
import { socketPath } from "./socket-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "seats-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const folder = join(scratch, "sockets");
const id = sessionId.parse("019ab000-0000-7000-8000-000000000002");
const path = socketPath(folder, id, "tty") ?? "";
const utf8 = new TextEncoder();

function session(owner: string | null = null) {
  const screen = openScreen({
    size: { cols: 40, rows: 10 },
    reply: () => undefined,
    answersQueries: false,
  });
  let size: PtySize = { cols: 40, rows: 10 };
  const terminal = new HostedTerminal({ size, log: () => undefined });
  let typed = "";
  const seats = new Seats({
    clock: systemClock,
    welcome: { version: 1, session_id: id, tool: "bash", label: null },
    size: () => size,
    owner,
    restore: (rows) => screen.restore(rows),
    keys: (bytes) => terminal.keys(bytes),
    resized: (to) => {
      size = to;
      screen.resize(to);
      seats.sized();
    },
  });
  terminal.join(seats);
  const nothing = (): void => undefined;
  terminal.open({
    ...{ inputEnded: nothing, resized: nothing, outputFull: nothing, outputRoom: nothing },
    ...{ gone: nothing, signal: nothing },
    input: (bytes) => void (typed += Buffer.from(bytes).toString()),
  });
  const isOpen = seats.listen(path, folder);
  return {
    seats,
    isOpen,
    terminal,
    typed: () => typed,
    write(text: string): void {
      screen.feed(utf8.encode(text));
      seats.output(utf8.encode(text));
    },
    text: () => screen.snapshot().screen.map((row) => row.text),
    close(): void {
      terminal.close();
      seats.close();
      screen.close();
    },
  };
}

async function sitDown(hello: Partial<AttachHello> = {}) {
  const size = { cols: 40, rows: 10 };
  let screen = openScreen({ size, reply: () => undefined, answersQueries: false });
  const told = { seats: [] as AttachSeats[], screens: 0, ended: -1, why: "", notice: "" };
  let isGone = false;
  const attached: Attached = await attachOver(
    path,
    { version: 1, ...size, pen: "if_free", who: "me", ...hello },
    {
      welcome: () => undefined,
      seats: (seats) => {
        told.seats.push(seats);
        screen.resize(seats);
      },
      screen: (bytes) => {
        const { cols = 40, rows = 10 } = told.seats.at(-1) ?? {};
        screen = openScreen({
          size: { cols, rows },
          reply: () => undefined,
          answersQueries: false,
        });
        screen.feed(bytes);
        told.screens += 1;
      },
      output: (bytes) => screen.feed(bytes),
      notice: ({ line, mention }) => void (told.notice = mention ?? line ?? ""),
      bell: () => void (told.notice = "bell"),
      ended: (code) => void (told.ended = code),
      gone: (why) => {
        isGone = true;
        told.why = why ?? "";
      },
    },
  );
  return {
    ...attached,
    told,
    isGone: () => isGone,
    text: () => screen.snapshot().screen.map((row) => row.text),
    writes: () => told.seats.at(-1)?.yours === true,
  };
}

describe("attached terminals", () => {
  test("see what stands there and what follows, and one of them writes", async () => {
    const one = session();
    one.write("before\r\n");
    const a = await sitDown({ who: "a" });
    await until("a sees it", () => a.text()[0] === "before");
    const b = await sitDown({ who: "b" });
    await until("b is told who writes", () => b.told.seats.at(-1)?.pen === "a");
    one.write("after");
    await until("both see it", () => [a, b].every((seat) => seat.text()[1] === "after"));
    b.keys(utf8.encode("no"));
    a.keys(utf8.encode("yes"));
    await until("a's keys", () => one.typed() !== "");
    b.take();
    await until("b writes", () => b.writes() && !a.writes());
    b.keys(utf8.encode("!"));
    await until("b's keys", () => one.typed() === "yes!");
    b.close();
    await until("nobody writes", () => a.told.seats.at(-1)?.pen === null);
    expect(one.seats.count).toBe(1);
    a.close();
    one.close();
  });

  test("the writer's size is the session's, and others are told", async () => {
    const one = session();
    const a = await sitDown({ cols: 30, rows: 7 });
    const b = await sitDown({ cols: 20, rows: 5, who: "b" });
    await until("b knows the size", () => b.told.seats.at(-1)?.cols === 30);
    a.resize({ cols: 33, rows: 9 });
    await until("b knows the new size", () => b.told.seats.at(-1)?.cols === 33);
    b.resize({ cols: 21, rows: 6 });
    b.take();
    await until("it is b's now", () => a.told.seats.at(-1)?.rows === 6);
    for (const seat of [a, b]) seat.close();
    one.close();
  });

  test("a terminal that does not keep up holds nobody, and gets the screen anew", async () => {
    const one = session();
    const a = await sitDown();
    await until("a has its screen", () => a.told.screens === 1);
    a.pause();
    const line = `${"x".repeat(998)}\r\n`;
    const lines = Math.ceil((2 * limits.seatBacklogBytesMax) / line.length);
    for (let at = 0; at < lines; at += 1) one.write(line);
    one.write("\x1b[2J\x1b[Hthe end");
    a.resume();
    await until("a sees the end", () => a.text()[0] === "the end");
    expect(a.told.screens).toBe(2);
    expect(a.text()).toEqual(one.text());
    a.close();
    one.close();
  });

  test("notices and bells reach the one that writes, the end everybody", async () => {
    const one = session();
    const a = await sitDown();
    const b = await sitDown({ pen: "watch" });
    await until("both are there", () => one.seats.count === 2 && b.told.screens === 1);
    one.terminal.notice("F8 types y");
    await until("a is told", () => a.told.notice === "F8 types y");
    one.terminal.ring();
    await until("a's bell", () => a.told.notice === "bell");
    one.terminal.warnNow("look");
    await until("a's warning", () => a.told.notice === "AtlasBridge: look");
    expect(b.told.notice).toBe("");
    await one.seats.ended(7);
    await until("told", () => a.told.ended === 7 && b.told.ended === 7);
    one.close();
  });

  test("a session in a terminal of its own is watched alone", async () => {
    const one = session("its own terminal");
    const a = await sitDown({ pen: "take" });
    await until("a is told", () => a.told.seats.at(-1)?.pen === "its own terminal");
    a.keys(utf8.encode("no"));
    a.take();
    await until("a is told why", () => a.told.notice.includes("alone writes"));
    expect(one.typed()).toBe("");
    a.close();
    one.close();
  });

  test("another version, and one too many, are sent away with the reason", async () => {
    const one = session();
    const old = await sitDown({ version: 2 } as never);
    await until("it is told", () => old.told.why.includes("another version"));
    const many = await Promise.all(Array.from({ length: limits.seatsMax }, () => sitDown()));
    await until("all are there", () => one.seats.count === limits.seatsMax);
    const late = await sitDown();
    await until("it is told", () => late.told.why.includes("attached already"));
    expect(many.some((seat) => seat.isGone())).toBe(false);
    for (const seat of many) seat.close();
    one.close();
  });

  test("nothing is opened in, or said over, a folder that others can reach", async () => {
    const one = session();
    chmodSync(folder, 0o755);
    expect(await sitDown().then(() => "", String)).toContain("open to other users");
    // It is ours, so the next session closes it.
    const two = session();
    expect(two.isOpen).toBe(false);
    chmodSync(folder, 0o700);
    one.close();
    rmSync(folder, { recursive: true });
    symlinkSync(scratch, folder);
    expect(session().isOpen).toBe(false);
    expect(await sitDown().then(() => "", String)).toContain("is a link");
    rmSync(folder);
  });
});
