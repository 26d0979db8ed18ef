/** Scratch places for traces, removed when the test that asked for them has finished. */
import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Only within a test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-trace-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Only within a test. */
export function scratchFile(): string {
  return join(scratchFolder(), "trace.db");
}
