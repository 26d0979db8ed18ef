/** Proves what is said where the kernel tells little: set-uid programs, hidden processes, no `/proc` at all. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelLook } from "./kernel.ts";
import { startNative } from "./native.ts";
import { eventually, plainEnv, run } from "./pty-run.ts";

const here = JSON.stringify(import.meta.dir);
const linux = process.platform === "linux";
const isRoot = process.getuid?.() === 0;
const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const canDrop = linux && isRoot && Bun.which("setpriv") !== null;

/** Runs a tool as an ordinary user, and tells what that user's own look sees once `ready` is on the screen. */
function lookAs(around: readonly string[], tool: readonly string[], ready: string): unknown {
  const code = `
    const { kernelLook } = await import(${here} + "/kernel.ts");
    const { startNative } = await import(${here} + "/native.ts");
    const { eventually, run } = await import(${here} + "/pty-run.ts");
    const tool = await run(startNative, ${JSON.stringify(tool)});
    await tool.until(${JSON.stringify(ready)});
    const look = kernelLook(tool.pty);
    const hidden = () => tool.pty.termios()?.echo === false;
    if (${ready === "assword"}) await eventually("no echo", hidden);
    else await eventually("the wait", () => look()?.waits.length !== 0);
    const seen = look();
    console.log(JSON.stringify({
      waits: seen?.waits.map((wait) => wait.via) ?? null,
      blind: seen?.blind ?? null,
      hidden: hidden(),
    }));
    tool.pty.close();
    process.exit(0);
  `;
  const argv = [...around, ...nobody, process.execPath, "-e", code];
  const looker = Bun.spawnSync(argv, {
    cwd: "/",
    env: plainEnv,
  });
  const text = looker.stdout.toString();
  if (text === "") throw new Error(looker.stderr.toString());
  return JSON.parse(text);
}

/** In a namespace of mounts in which `/proc` shows each user their own processes alone. */
const hidepid = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount -t proc -o hidepid=2 proc /proc && exec "$@"',
  "sh",
];
const canHide =
  canDrop && Bun.which("unshare") !== null && Bun.spawnSync([...hidepid, "true"]).exitCode === 0;

// Skipped elsewhere than on Linux: what it asks is in /proc.
describe.skipIf(!linux)("the kernel", () => {
  test("says nothing where its files are not mounted", async () => {
    const empty = mkdtempSync(join(tmpdir(), "atlasbridge-proc-"));
    const tool = await run(startNative, ["cat"]);
    await eventually("the wait", () => kernelLook(tool.pty)()?.waits.length === 1);
    expect(kernelLook(tool.pty, empty)()).toBeNull();
    tool.pty.close();
    await tool.exited;
    rmdirSync(empty);
  });

  // Skipped without root: another user is put into the place of this one.
  test.skipIf(!canDrop || Bun.which("su") === null)(
    "lets nobody look into a set-uid program; the line discipline still tells a password",
    () => {
      const seen = lookAs([], ["su", "root"], "assword");
      expect(seen).toEqual({ waits: [], blind: true, hidden: true });
    },
  );

  // Skipped without root: another user is put into the place of this one.
  test.skipIf(!canHide)("shows a user their own tool where others' processes are hidden", () => {
    const seen = lookAs(hidepid, ["sh", "-c", "echo ready; cat; true"], "ready");
    expect(seen).toEqual({ waits: ["read"], blind: false, hidden: false });
  });

  // Skipped without root: another user is put into the place of this one.
  test.skipIf(!canHide || Bun.which("su") === null)(
    "does not take a hidden set-uid program for one that does not wait",
    () => {
      const seen = lookAs(hidepid, ["sh", "-c", "su root; true"], "assword");
      expect(seen).toEqual({ waits: [], blind: true, hidden: true });
    },
  );
});
