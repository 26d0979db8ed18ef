/** The demo, which is the first thing that a stranger runs: every scene ends as it should, and the cloud gets what it may. */
import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { World } from "./world.ts";

const demo = join(dirname(import.meta.dir), "demo.ts");

test("npm run demo -- --once shows every scene, checks it, and leaves nothing behind", async () => {
  await using world = new World();
  // The account of the cloud's database passes through.
  chmodSync(world.folder, 0o711);
  const env = world.env({ TMPDIR: world.folder });
  const child = Bun.spawn([process.execPath, demo, "--once"], {
    ...{ env, cwd: world.folder, stdio: ["ignore", "pipe", "inherit"] },
  });
  const said = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  expect(said).toContain("Every scene ended as it should.");
  expect(said).toContain("trace is whole");
  expect(said).not.toContain("✗");
  expect([
    ...new Bun.Glob("atlasbridge-demo-*").scanSync({ cwd: world.folder, onlyFiles: false }),
  ]).toEqual([]);
}, 150_000);
