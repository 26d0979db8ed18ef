/** The machines that a release is for, and Bun as it runs on each: from npm, at the version and hash of the lock file. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Target = {
  /** As files and people call it. */
  name: string;
  /** npm package of Bun's executable for it, without its scope; also what Bun calls it. */
  bun: string;
  platform: NodeJS.Platform;
  arch: NodeJS.Architecture;
  libc: "glibc" | "musl" | null;
};

export const targets: readonly Target[] = [
  linux("linux-x64", "bun-linux-x64", "x64", "glibc"),
  linux("linux-x64-musl", "bun-linux-x64-musl", "x64", "musl"),
  linux("linux-arm64", "bun-linux-aarch64", "arm64", "glibc"),
  linux("linux-arm64-musl", "bun-linux-aarch64-musl", "arm64", "musl"),
  { name: "darwin-x64", bun: "bun-darwin-x64", platform: "darwin", arch: "x64", libc: null },
  {
    name: "darwin-arm64",
    bun: "bun-darwin-aarch64",
    platform: "darwin",
    arch: "arm64",
    libc: null,
  },
  { name: "windows-x64", bun: "bun-windows-x64", platform: "win32", arch: "x64", libc: null },
];

function linux(
  ...[name, bun, arch, libc]: [string, string, NodeJS.Architecture, "glibc" | "musl"]
): Target {
  return { name, bun, platform: "linux", arch, libc };
}

/** File name of the program in a release. */
export const fileOf = ({ name, platform }: Target): string =>
  `atlasbridge-${name}${platform === "win32" ? ".exe" : ""}`;

/** The same of the service: for systems that npm has a PostgreSQL for, and that it has been tried on or is like. */
export const cloudFileOf = ({ name, platform, libc }: Target): string | null =>
  libc === "musl" || platform === "win32" ? null : `atlasbridge-cloud-${name}`;

type Locked = {
  version: string;
  integrity?: string;
  dev?: boolean;
  peer?: boolean;
  devOptional?: boolean;
};
type Lock = { packages: Record<string, Locked | undefined> };

export const readLock = (root: string): Lock =>
  JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

/** Bun's executable for the target; fetched by `npm pack` once. Throws where npm has not what the lock file names. */
export function runtimeOf(root: string, { bun, platform }: Target): string {
  const program = platform === "win32" ? "bun.exe" : "bun";
  const installed = join(root, "node_modules", "@oven", bun, "bin", program);
  if (existsSync(installed)) return installed;
  return join(fetched(root, `@oven/${bun}`), "bin", program);
}

/** The folder of a package that is not installed here, as the lock file names it. */
export function fetched(root: string, name: string): string {
  const locked = readLock(root).packages[`node_modules/${name}`];
  if (locked?.integrity === undefined) {
    throw new Error(`package-lock.json names no ${name}; install what needs it again`);
  }
  const { version, integrity } = locked;
  const folder = join(root, "dist", "fetched", `${name.replace(/^@[^/]+\//, "")}-${version}`);
  const kept = join(folder, "package");
  if (!existsSync(kept)) fetchPackage(folder, `${name}@${version}`, integrity);
  return kept;
}

/** Unpacks a package of npm into `folder`, whole or not at all. */
function fetchPackage(folder: string, name: string, integrity: string): void {
  const fresh = `${folder}.${process.pid}.new`;
  mkdirSync(fresh, { recursive: true });
  try {
    const packed = runOrThrow(["npm", "pack", name, "--silent", `--pack-destination=${fresh}`]);
    const file = join(fresh, packed.trim().split("\n").at(-1) ?? "");
    const bytes = readFileSync(file);
    const hash = `sha512-${new Bun.CryptoHasher("sha512").update(bytes).digest("base64")}`;
    if (hash !== integrity) {
      throw new Error(`${name} from npm is not the one that package-lock.json names`);
    }
    runOrThrow(["tar", "-xzf", file, "-C", fresh]);
    rmSync(file);
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What it printed. */
export function runOrThrow(argv: readonly string[], cwd?: string): string {
  const done = Bun.spawnSync([...argv], cwd === undefined ? {} : { cwd });
  if (done.exitCode !== 0) {
    throw new Error(`${argv.join(" ")}: ${done.stderr.toString().trim()}`);
  }
  return done.stdout.toString();
}
