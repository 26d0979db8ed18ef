/** Proves that output reaches a slow reader whole and in order, and that a full queue says so. */
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { limits } from "../../contracts/limits.ts";
import { systemClock } from "../clock.ts";
import { OutputQueue } from "./output-queue.ts";

function queueTo(fd: number) {
  const heard: string[] = [];
  const queue = new OutputQueue({
    fd,
    clock: systemClock,
    onFull: () => heard.push("full"),
    onRoom: () => heard.push("room"),
    onGone: () => heard.push("gone"),
  });
  return { queue, heard };
}

test("everything arrives in the order it was pushed", async () => {
  const file = join(tmpdir(), `output-queue-${process.pid}.txt`);
  const fd = openSync(file, "w");
  const { queue } = queueTo(fd);
  let wanted = "";
  for (let n = 0; n < 500; n += 1) {
    wanted += `line ${n}\n`;
    queue.push(new TextEncoder().encode(`line ${n}\n`));
  }
  await queue.drained();
  closeSync(fd);
  expect(readFileSync(file, "utf8")).toBe(wanted);
});

/** How many bytes were there to read; 0 when none are there yet. */
function readSome(fd: number): number {
  try {
    return readSync(fd, new Uint8Array(65_536));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

test("a reader that does not read fills the queue once, and makes room when it does", async () => {
  const fifo = join(tmpdir(), `output-queue-${process.pid}.fifo`);
  Bun.spawnSync(["mkfifo", fifo]);
  // The reader first and without blocking: the test has to go on when there is nothing to read yet.
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(fifo, constants.O_WRONLY);
  const { queue, heard } = queueTo(fd);
  const total = limits.outputQueueHighBytes + 300_000;
  for (let sent = 0; sent < total; sent += 50_000) queue.push(new Uint8Array(50_000));
  expect(heard).toEqual(["full"]);
  let got = 0;
  while (got < total) {
    got += readSome(reader);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await queue.drained();
  expect(heard).toEqual(["full", "room"]);
  closeSync(fd);
  closeSync(reader);
});

test("a reader that is gone is told of, and waiting for it ends", async () => {
  const { queue, heard } = queueTo(1_000_000);
  queue.push(new Uint8Array(10));
  await queue.drained();
  queue.push(new Uint8Array(10));
  expect(heard).toEqual(["gone"]);
});
