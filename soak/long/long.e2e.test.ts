/** Proves the long soak itself: a few seconds of everything with real parts, and that it goes on after it was stopped. */
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");

async function soak(folder: string, minutes: string): Promise<{ code: number; said: string }> {
  const words = ["--minutes", minutes, "--seed", "5", "--folder", folder, "--no-results"];
  const child = Bun.spawn([process.execPath, join(root, "soak/soak.ts"), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said: out + err };
}

test("sessions, daemon and cloud under faults agree, and a second run goes on where the first one ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-soak-test-"));
  const first = await soak(folder, "0.05");
  expect(first).toMatchObject({ code: 0, said: expect.stringContaining(" 0 mismatches") });
  // What has been soaked already is not soaked again.
  const again = await soak(folder, "0.05");
  expect(again).toMatchObject({ code: 0, said: expect.stringContaining(" 0 mismatches") });
  const state: unknown = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
  expect(state).toMatchObject({ starts: 2, rounds: 1, wrong: [] });
  expect(existsSync(join(folder, "report.html"))).toBe(true);
  rmSync(folder, { recursive: true });
}, 180_000);
