/** A disk of a few kilobytes in memory, for filling it up; needs the right to mount. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "./world.ts";

function mount(folder: string, options: string): boolean {
  const done = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]);
  return done.exitCode === 0;
}

function unmount(folder: string): void {
  // Lazily: a tool that is just ending may still hold a file there.
  Bun.spawnSync(["umount", "-l", folder]);
}

/** Whether small disks can be made here; says once why not. */
export function canMountSmallDisks(): boolean {
  if (Bun.which("mount") === null) return told("there is no mount program");
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-disk-"));
  const mounted = mount(folder, "size=64k");
  if (mounted) unmount(folder);
  rmSync(folder, { recursive: true, force: true });
  return mounted || told("mounting is not permitted (it takes root)");
}

function told(why: string): false {
  process.stderr.write(`tests with a full disk are skipped: ${why}\n`);
  return false;
}

/** Returns the disk's folder; it goes with the world. `size` as tmpfs takes it, such as `64k`. */
export function mountSmallDisk(world: World, size: string): string {
  const folder = world.path("disk");
  mkdirSync(folder);
  if (!mount(folder, `size=${size},mode=700`)) throw new Error(`could not mount at ${folder}`);
  world.atEnd(() => unmount(folder));
  return folder;
}
