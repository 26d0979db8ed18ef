/** Builds `dist/atlasbridge` and `dist/atlasbridge-cloud`: executables for this machine that need no runtime; skipped when nothing changed. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { buildPages } from "./build/pages.ts";
import { packPostgres } from "./build/postgres.ts";

/** What goes into the executable: any change to these files makes it stale. */
const sourcePatterns = [
  "{cmd,runtime,contracts,cloud,dashboard}/**/*",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "vite.config.ts",
];
/** What the dashboard's pages are built from. */
const pagePatterns = [
  "{dashboard,contracts}/**/*",
  "package-lock.json",
  "vite.config.ts",
  "cmd/build/pages.ts",
];
/** Tests and recordings lie among the sources and never reach the executable. */
const notSource = /\.(test|suite)\.ts$|\/(recordings|results)\/|\.md$/;

/** Asked for by what the console is drawn with when it is itself developed; no part of the program. */
export const notCarried: readonly string[] = ["react-devtools-core"];

export type BuildJob = {
  root: string;
  /** Relative to `root`. */
  entry: string;
  outfile: string;
  commit: string;
  /** Build even when the stamp says that nothing changed. */
  force: boolean;
  /** Files that the executable carries under their own names, relative to `root`. */
  carries?: readonly string[];
  /** Another machine's: Bun's name for it, and Bun itself as it runs there. Without it the build is for this machine. */
  target?: { name: string; runtime: string };
};

export type BuildResult =
  | { result: "built"; bytes: number }
  | { result: "unchanged"; bytes: number }
  | { result: "failed"; output: string };

/** Hash over the names and bytes of every source file, the commit and Bun's version. */
export function sourcesHash(root: string, commit: string, patterns = sourcePatterns): string {
  const hasher = new Bun.CryptoHasher("sha256");
  hasher.update(`${Bun.version_with_sha}\n${commit}\n`);
  const files = patterns.flatMap((pattern) => [
    ...new Bun.Glob(pattern).scanSync({ cwd: root, onlyFiles: true }),
  ]);
  for (const file of files.filter((name) => !notSource.test(name)).sort()) {
    const bytes = readFileSync(join(root, file));
    hasher.update(`${file}\n${bytes.length}\n`).update(bytes);
  }
  return hasher.digest("hex");
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

function compileArguments(job: BuildJob, outfile: string): string[] {
  return [
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    // What a command does not need is not even read: the leader of every session starts from a few kilobytes.
    "--splitting",
    "--format=esm",
    // Most of what runs at a start runs once and is not worth compiling; what is hot still is, a little later.
    "--compile-jit-policy=8",
    "--sourcemap=none",
    // A `.env` or `bunfig.toml` in the folder where the tool runs must not change the program or the tool's environment.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    // What the console is drawn with looks at these: it is to be its quick self.
    '--define=process.env.NODE_ENV="production"',
    '--define=process.env.DEV="false"',
    ...notCarried.map((name) => `--external=${name}`),
    `--define=ATLASBRIDGE_COMMIT=${JSON.stringify(job.commit)}`,
    "--asset-naming=[name].[ext]",
    join(job.root, job.entry),
    ...(job.carries ?? []).map((file) => join(job.root, file)),
    ...(job.target === undefined
      ? []
      : [`--target=${job.target.name}`, `--compile-executable-path=${job.target.runtime}`]),
    `--outfile=${outfile}`,
  ];
}

/** Builds beside the target and renames, so that nobody ever runs half a file and running copies live on. */
export function build(job: BuildJob): BuildResult {
  const target = join(job.root, job.outfile);
  const stampFile = `${target}.stamp`;
  const stamp = sourcesHash(job.root, [job.commit, job.entry, ...(job.carries ?? [])].join(" "));
  const before = statSync(target, { throwIfNoEntry: false });
  if (!job.force && before !== undefined && readOr(stampFile, "") === stamp) {
    return { result: "unchanged", bytes: before.size };
  }
  mkdirSync(dirname(target), { recursive: true });
  // A folder of its own and the last name: Bun adds ".exe" to names without it, for Windows.
  const folder = `${target}.${process.pid}.new`;
  const fresh = join(folder, basename(target));
  const done = Bun.spawnSync([process.execPath, ...compileArguments(job, fresh)], {
    cwd: job.root,
    stdout: "pipe",
    stderr: "pipe",
  });
  const bytes = statSync(fresh, { throwIfNoEntry: false })?.size ?? 0;
  if (done.exitCode !== 0 || bytes === 0) {
    rmSync(folder, { recursive: true, force: true });
    return { result: "failed", output: done.stdout.toString() + done.stderr.toString() };
  }
  rmSync(stampFile, { force: true });
  renameSync(fresh, target);
  rmSync(folder, { recursive: true });
  writeFileSync(stampFile, stamp);
  return { result: "built", bytes };
}

/** Short commit of the working tree, `+changes` when it differs, `unknown` outside git. */
export function gitCommit(root: string): string {
  const git = (...args: string[]) => Bun.spawnSync(["git", "-C", root, ...args]);
  const head = git("rev-parse", "--short=12", "HEAD");
  if (head.exitCode !== 0) return "unknown";
  const changes = git("status", "--porcelain", "--", "cmd", "runtime", "contracts", "cloud");
  return `${head.stdout.toString().trim()}${changes.stdout.length > 0 ? "+changes" : ""}`;
}

export type Packs = { local: string; cloud: string };

/** The dashboard of each home, as its executable carries it; built anew when something of it has changed. */
export function packDashboard(root: string, force: boolean): Packs {
  const out: Packs = { local: join("dist", "dashboard.pack"), cloud: join("dist", "cloud.pack") };
  const stampFile = join(root, `${out.local}.stamp`);
  const stamp = sourcesHash(root, "", pagePatterns);
  const isThere = Object.values(out).every((file) => existsSync(join(root, file)));
  if (!force && isThere && readOr(stampFile, "") === stamp) return out;
  const start = performance.now();
  rmSync(stampFile, { force: true });
  buildPages(root, ["dashboard.html", "cloud.html"]);
  writeFileSync(stampFile, stamp);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`build: ${out.local} and ${out.cloud} built (${seconds} s)\n`);
  return out;
}

async function main(): Promise<number> {
  const root = dirname(import.meta.dir);
  const { values } = parseArgs({ options, args: process.argv.slice(2) });
  if (values.prove || values.release || values.target !== undefined) {
    // Loaded then alone: it builds by this file.
    const { releaseAndProve } = await import("./build/release.ts");
    return releaseAndProve(root, { ...values, only: values.target ?? [] });
  }
  const postgres = packPostgres(root);
  const dashboard = packDashboard(root, process.argv.includes("--force"));
  const programs = [
    { name: "atlasbridge", carries: [dashboard.local] },
    {
      name: "atlasbridge-cloud",
      carries: [dashboard.cloud, ...(postgres === null ? [] : [postgres])],
    },
  ];
  const built = programs.map(({ name, carries }) => buildOne(root, name, carries));
  return built.every((done) => done) ? 0 : 1;
}

const options = {
  force: { type: "boolean", default: false },
  /** For every machine, into `dist/release`. */
  release: { type: "boolean", default: false },
  /** The same for those named alone. */
  target: { type: "string", multiple: true },
  /** Runs those of this machine's kind where there is nothing else. */
  prove: { type: "boolean", default: false },
} as const;

function buildOne(root: string, name: string, carries: readonly string[]): boolean {
  const start = performance.now();
  const outfile = `dist/${name}`;
  const done = build({
    ...{ root, entry: `cmd/${name}.ts`, outfile, carries },
    commit: gitCommit(root),
    force: process.argv.includes("--force"),
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (done.result === "failed") {
    process.stderr.write(done.output);
    process.stderr.write(`build: ${outfile} was not built; see the message above\n`);
    return false;
  }
  const size = `${(done.bytes / 1_000_000).toFixed(1)} MB`;
  process.stderr.write(`build: ${outfile} ${done.result}, ${size} (${seconds} s)\n`);
  return true;
}

if (import.meta.main) process.exitCode = await main();
