/** Runs a program where there is nothing else: a root folder that holds it, a shell and the C library, and governs itself there. */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
} from "node:fs";
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

const governsItself = `
/atlasbridge version --json &&
/atlasbridge run --home /state --headless -- /atlasbridge version &&
/atlasbridge trace verify --home /state
`;

/** What it printed in there. Throws where it does not run. */
export function prove(program: string): string {
  // The loader of the programs' own C library runs the shell; nothing but it is there besides.
  return inBareRoot({
    files: { "/atlasbridge": program },
    programs: ["sh"],
    script: governsItself,
  });
}

export type BareRoot = {
  /** Where each lies in there, and here. */
  files: Readonly<Record<string, string>>;
  /** Of this machine: each with the libraries it is linked to, in `/bin`. */
  programs: readonly string[];
  /** For the shell in there; its folder and home is `/root`. */
  script: string;
};

/** Mounted for the session's terminal and for what the kernel knows of who waits. */
const enter = `
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 1
exec env -i HOME=/root PATH=/root/.local/bin:/bin TERM=xterm "$(command -v chroot)" "$1" /bin/sh -c "cd /root
$2"
`;

/** Runs the script in a root folder that holds nothing else. Returns what it printed; throws where it fails. */
export function inBareRoot({ files, programs, script }: BareRoot): string {
  const root = mkdtempSync(join(tmpdir(), "atlasbridge-bare-"));
  try {
    for (const name of ["proc", "dev", "tmp", "root", "bin"]) mkdirSync(join(root, name));
    const tools = programs.map((name) => [`/bin/${name}`, Bun.which(name) ?? name] as const);
    for (const [to, from] of [...Object.entries(files), ...tools]) {
      mkdirSync(join(root, dirname(to)), { recursive: true });
      cpSync(realpathSync(from), join(root, to));
      for (const file of librariesOf(from)) {
        mkdirSync(join(root, dirname(file)), { recursive: true });
        cpSync(realpathSync(file), join(root, file));
      }
    }
    const alone = ["unshare", "--mount", "--pid", "--fork", "--propagation=private"];
    return runOrThrow([...alone, "sh", "-c", enter, "sh", root, script]).trim();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Paths of the libraries it is linked to, the loader among them; of what is no program, none. */
function librariesOf(program: string): string[] {
  if (!isProgram(program)) return [];
  return [...runOrThrow(["ldd", program]).matchAll(/(\/\S+) \(0x/g)].map(([, file]) => file ?? "");
}

/** ELF's own first bytes. */
function isProgram(file: string): boolean {
  const bytes = Buffer.alloc(4);
  const fd = openSync(file, "r");
  readSync(fd, bytes, 0, bytes.length, 0);
  closeSync(fd);
  return bytes.toString("latin1") === "\x7fELF";
}
