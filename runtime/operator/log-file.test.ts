/** A log stays within its bounds, line by line, and holds no secret. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFile } from "./log-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "log-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const redact = (text: string): string => text.replaceAll("hunter2", "•••");
const clock = { now: () => 1_700_000_000_000 };

test("begins anew at its bound and keeps so many older ones", () => {
  const folder = join(scratch, "turns");
  const log = new LogFile({
    ...{ path: join(folder, "daemon.log"), clock, redact, bytesMax: 100, filesMax: 2 },
  });
  for (let at = 0; at < 20; at += 1) log.write(`line ${at}`);
  expect(readdirSync(folder).toSorted()).toEqual(["daemon.log", "daemon.log.1", "daemon.log.2"]);
  for (const name of readdirSync(folder)) {
    expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(log.path, "utf8")).toContain("line 19");
});

test("one line each, without secrets; what cannot be written is let go", () => {
  const log = new LogFile({ path: join(scratch, "one.log"), clock, redact });
  log.write("first\nsecond \u001b[2J hunter2");
  expect(readFileSync(log.path, "utf8")).toBe("2023-11-14T22:13:20.000Z first second  [2J •••\n");
  rmSync(scratch, { recursive: true });
  log.write("nowhere");
});
