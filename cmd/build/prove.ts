/** Runs a program where there is nothing else: a root folder that holds it and the C library, and governs itself there. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileOf, runOrThrow, type Target, targets } from "./targets.ts";

/** Proves the release's programs for Linux on this machine's processor. Returns the exit code. */
export function proveAll(folder: string): number {
  const say = (line: string): unknown => process.stderr.write(`prove: ${line}\n`);
  const mine = targets.filter(
    ({ platform, arch }) => platform === "linux" && arch === process.arch,
  );
  const there = mine.filter((target) => existsSync(join(folder, fileOf(target))));
  const outcomes = there.map((target) => {
    const missing = whatIsMissing(target);
    say(`${target.name}: ${missing ?? prove(join(folder, fileOf(target)))}`);
    return missing === null;
  });
  return outcomes.some((proven) => proven) ? 0 : 1;
}

/** Why it cannot be proven here; null when it can. */
function whatIsMissing({ libc }: Target): string | null {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) {
    return "not proven: a root folder of its own needs root on Linux";
  }
  // Bun for musl is linked to that system's C++ library as well, which Debian has not.
  if (libc === "musl" && !existsSync("/etc/alpine-release")) {
    return "not proven: this is no Alpine; there it needs the package libstdc++";
  }
  return null;
}

/** Mounted for the session's terminal and for what the kernel knows of who waits; the root has no other file. */
const inRoot = `
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 1
chroot "$1" /atlasbridge version --json &&
chroot "$1" /atlasbridge run --home /state --headless -- /atlasbridge version &&
chroot "$1" /atlasbridge trace verify --home /state
`;

/** What it printed in there. Throws where it does not run. */
export function prove(program: string): string {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-bare-"));
  try {
    cpSync(program, join(root, "atlasbridge"));
    for (const file of librariesOf(program)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      cpSync(realpathSync(file), join(root, file));
    }
    for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(root, name));
    const alone = ["unshare", "--mount", "--pid", "--fork", "--propagation=private"];
    return runOrThrow([...alone, "sh", "-c", inRoot, "sh", root]).trim();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Paths of the libraries it is linked to, the loader among them. */
function librariesOf(program: string): string[] {
  return [...runOrThrow(["ldd", program]).matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file ?? "");
}
