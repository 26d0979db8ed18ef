/** Scratch places for traces, removed when the test file that used them has ended. */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = mkdtempSync(join(tmpdir(), "atlasbridge-trace-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

export function scratchFolder(): string {
  return mkdtempSync(join(root, "t-"));
}

export function scratchFile(): string {
  return join(scratchFolder(), "trace.db");
}
