/** Proves that a release's programs need what the documents say and nothing else, each in a root folder of its own. */
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inBareRoot, librariesOf } from "./bare-root.ts";
import { cloudFileOf, fileOf, runOrThrow, type Target, targets } from "./targets.ts";

/** Proves the release's programs for Linux on this machine's processor. Returns the exit code. */
export function proveAll(folder: string): number {
  const say = (line: string): unknown => process.stderr.write(`prove: ${line}\n`);
  const mine = targets.filter(
    ({ platform, arch }) => platform === "linux" && arch === process.arch,
  );
  let proven = 0;
  for (const target of mine) {
    for (const [file, work] of [
      [fileOf(target), target.libc === "musl" ? proveMusl : prove],
      [cloudFileOf(target), proveCloud],
    ] as const) {
      if (file === null || !existsSync(join(folder, file))) continue;
      const missing = whatIsMissing(target);
      say(`${file}: ${missing ?? work(join(folder, file))}`);
      if (missing === null) proven += 1;
    }
  }
  return proven > 0 ? 0 : 1;
}

/** Why it cannot be proven here; null when it can. */
function whatIsMissing({ libc }: Target): string | null {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) {
    return "not proven: a root folder of its own needs root on Linux";
  }
  const hasMusl = existsSync(muslLoader) && Bun.which("gcc") !== null;
  if (libc !== "musl" || hasMusl) return null;
  return "not proven: that takes the Debian packages musl and gcc";
}

const governsItself = `
/atlasbridge version --json &&
/atlasbridge run --home /root/state --headless -- /atlasbridge version &&
/atlasbridge trace verify --home /root/state
`;

/** What it printed in there. Throws where it does not run. */
export function prove(program: string): string {
  // The loader of the program's own C library runs the shell; nothing but it is there besides.
  return inBareRoot({
    ...{ files: { "/atlasbridge": program }, programs: ["sh"], script: governsItself },
  });
}

const keepsTenants = `
/atlasbridge-cloud --version || exit 1
/atlasbridge-cloud serve --port 0 --home /root/cloud >said 2>log &
service=$!
n=0; while [ ! -s said ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
cat said || exit 1
/atlasbridge-cloud tenant create Example --home /root/cloud || { cat log >&2; exit 1; }
kill $service; wait $service
`;

/** What the carried PostgreSQL is linked to besides the C library, and the locale that it is set up in. */
const ofPostgres = ["libstdc++.so.6", "libgcc_s.so.1", "librt.so.1", "libdl.so.2", "libm.so.6"];
const locale = "/usr/lib/locale/C.utf8";

/** The service with a database of its own, as a user. What it printed in there. Throws where it does not run. */
export function proveCloud(program: string): string {
  const libraries = [...ofPostgres, "libpthread.so.0"].map(libraryHere);
  const files = [program, locale, ...libraries].map((file) => [file, file]);
  return inBareRoot({
    files: { ...Object.fromEntries(files.slice(1)), "/atlasbridge-cloud": program },
    programs: ["sh", "sleep", "cat"],
    script: keepsTenants,
    isUser: true,
  });
}

/** As the loader of this machine finds it. */
function libraryHere(name: string): string {
  // A machine may have the same one for other processors too: this program's own are named with it.
  const known = new Map(
    [...runOrThrow(["ldd", process.execPath]).matchAll(/(\S+) => (\/\S+)/g)].map(
      ([, one = "", file = ""]) => [one, file],
    ),
  );
  const beside = dirname(known.get("libc.so.6") ?? "/lib");
  return (
    known.get(name) ??
    [beside, `/usr${beside}`].map((at) => join(at, name)).find(existsSync) ??
    name
  );
}

/** Debian's. */
const muslLoader = `/lib/ld-musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`;

/**
 * Debian has no C++ library for musl, Alpine has (package `libstdc++`). Here Debian's own stands in for it, with the seven
 * things that it asks of glibc: musl passes over the versions of symbols.
 */
const standIn = `
#include <stddef.h>
#include <stdint.h>
char __libc_single_threaded = 0;
unsigned int __cpu_model[4];
int __cpu_indicator_init(void) { return 0; }
int _dl_find_object(void *at, void *found) { return -1; }
int __cxa_thread_atexit_impl(void (*end)(void *), void *of, void *by) { return 0; }
extern size_t strftime_l(char *, size_t, const char *, const void *, void *);
size_t __strftime_l(char *to, size_t most, const char *as, const void *at, void *by) {
  return strftime_l(to, most, as, at, by);
}
extern long getrandom(void *, size_t, unsigned);
uint32_t arc4random(void) { uint32_t one; getrandom(&one, 4, 0); return one; }
`;

/** With musl and a C++ library alone. What it printed in there. Throws where it does not run. */
function proveMusl(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-musl-"));
  try {
    const made = join(folder, "stand-in.so");
    const source = join(folder, "stand-in.txt");
    writeFileSync(source, standIn);
    const loader = librariesOf("/bin/sh").find((file) => file.includes("/ld-linux-")) ?? "";
    const name = loader.slice(loader.lastIndexOf("/") + 1);
    const flags = ["-shared", "-fPIC", "-nostdlib", `-Wl,-soname,${name}`];
    runOrThrow(["gcc", "-x", "c", source, ...flags, "-o", made]);
    const library = (file: string): [string, string] => [`/usr/lib/${file}`, libraryHere(file)];
    return inBareRoot({
      files: {
        "/atlasbridge": program,
        [muslLoader]: realpathSync(muslLoader),
        ...Object.fromEntries(["libstdc++.so.6", "libgcc_s.so.1"].map(library)),
        [`/usr/lib/${name}`]: made,
      },
      programs: ["sh"],
      script: governsItself,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
