/** One process holds the lock, and only for as long as it lives. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLocked, takeLock } from "./lock.ts";

const scratch = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Takes the lock in a process of its own, says whether it has it, and stands there. */
const holder = `import { takeLock } from ${JSON.stringify(join(import.meta.dir, "lock.ts"))};
console.log(takeLock(process.argv[2] ?? "") === null ? "no" : "yes");
setInterval(() => Bun.gc(true), 5);`;

const children: Bun.Subprocess[] = [];
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => child.exited));
});

async function hold(file: string) {
  const script = join(scratch, "holder.ts");
  await Bun.write(script, holder);
  const child = Bun.spawn([process.execPath, script, file], { stdout: "pipe", stderr: "ignore" });
  children.push(child);
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return { child, has: new TextDecoder().decode(value).trim() };
}

test("is one process's, is seen by others, and goes with it when it is killed", async () => {
  const file = join(scratch, "state", "daemon.lock");
  expect(isLocked(file)).toBe(false);
  const first = await hold(file);
  expect(first.has).toBe("yes");
  expect(isLocked(file)).toBe(true);
  expect(takeLock(file)).toBeNull();
  const second = await hold(file);
  expect(second.has).toBe("no");
  first.child.kill("SIGKILL");
  await first.child.exited;
  expect(isLocked(file)).toBe(false);
  const lock = takeLock(file);
  expect(lock).not.toBeNull();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  lock?.release();
  second.child.kill("SIGKILL");
  await second.child.exited;
  expect(isLocked(file)).toBe(false);
});

test("a folder that cannot be used is told as such", () => {
  expect(() => takeLock("/dev/null/daemon.lock")).toThrow("cannot be used");
});
