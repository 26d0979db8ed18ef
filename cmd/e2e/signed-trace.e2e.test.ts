/** The trace of real sessions is signed, proves its entries elsewhere, and shows what was done to it behind the program's back. */
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { piped, pipedProgram } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const argv = ["bash", "-c", 'read -p "Continue? [y/n] " a; echo "got=$a"'];
const checker = join(import.meta.dir, "..", "..", "contracts", "verify_export.py");

async function governedOnce(world: World): Promise<void> {
  const { code, stdout } = await piped(world, governed(world, answersContinue, argv));
  expect({ code, got: stdout.includes("got=y") }).toEqual({ code: 0, got: true });
}

test("each session ends signed; a proof holds on another machine, an export in another language", async () => {
  await using world = new World();
  await governedOnce(world);
  await governedOnce(world);
  const verified = await piped(world, ["trace", "verify", "--json"]);
  const { report } = JSON.parse(verified.stdout);
  expect(report).toMatchObject({ ok: true, signed_to: report.entries });
  const proof = world.write("proof.json", (await piped(world, ["trace", "prove", "4"])).stdout);
  await using elsewhere = new World();
  const words = ["trace", "verify", "--proof", proof, "--key", report.key];
  expect(await piped(elsewhere, words)).toMatchObject({ code: 0 });
  const file = world.write("trace.jsonl", (await piped(world, ["trace", "export"])).stdout);
  const options = { stdin: null, env: world.env(), cwd: world.folder };
  const checked = await pipedProgram(["python3", checker, file, "--key", report.key], options);
  expect(checked).toMatchObject({ code: 0 });
  // And the one by which the export tells of itself.
  expect(checked.stdout).toStartWith(`whole: ${report.entries + 1} entries, signed to entry`);
});

test("a session cut off the end, or an older copy put back, is told with exit code 4", async () => {
  await using world = new World();
  await governedOnce(world);
  const trace = join(world.home, "trace.db");
  const older = world.path("older.db");
  copyFileSync(trace, older);
  const before = JSON.parse((await piped(world, ["trace", "verify", "--json"])).stdout);
  await governedOnce(world);
  copyFileSync(older, trace);
  const { code, stdout } = await piped(world, ["trace", "verify"]);
  expect(code).toBe(4);
  expect(stdout).toContain(`trace is broken from entry ${before.report.entries + 1} on`);
  expect(stdout).toContain("truncated: a checkpoint beside the trace was signed over");
});

test("a key that others can read signs nothing, and doctor mends it", async () => {
  await using world = new World();
  await governedOnce(world);
  const key = join(world.home, "agent.key");
  chmodSync(key, 0o644);
  const refused = await piped(world, governed(world, answersContinue, argv));
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("others can read or replace it; make it yours alone: chmod 600");
  expect((await piped(world, ["doctor", "--fix"])).stdout).toContain("made private to you");
  await governedOnce(world);
  writeFileSync(key, readFileSync(key, "utf8").replace("PRIVATE", "PUBLIC"));
  const damaged = await piped(world, governed(world, answersContinue, argv));
  expect(damaged.stderr).toContain("it holds no Ed25519 key");
});
