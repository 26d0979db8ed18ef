/** What `npm run X` calls: makes sure of dependencies, Bun and system programs with Node alone, then runs the verb with Bun. */
import { spawnSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Programs that tests, benches and the demo drive, with the Debian package that brings each. */
export const systemPrograms = {
  tmux: "tmux",
  vim: "vim",
  less: "less",
  htop: "htop",
  expect: "expect",
  git: "git",
  openssl: "openssl",
  script: "bsdutils",
  perl: "perl-base",
  python3: "python3",
  zsh: "zsh",
  fish: "fish",
  mandoc: "mandoc",
  strace: "strace",
  "dbus-daemon": "dbus-daemon",
  "gnome-keyring-daemon": "gnome-keyring",
  "redis-server": "redis-server",
  chromium: "chromium",
  ip: "iproute2",
};

const everyProgram = Object.keys(systemPrograms);

/** What each verb runs. `builds`: it drives the executable, so that is brought up to date first. `quiet`: nothing is said after it. */
export const verbs = {
  demo: { file: "cmd/demo.ts", programs: ["git"], builds: true, quiet: false },
  test: { file: "cmd/check.ts", programs: everyProgram, builds: false, quiet: true },
  check: { file: "cmd/check.ts", programs: everyProgram, builds: false, quiet: true },
  dev: { file: "cmd/atlasbridge.ts", programs: [], builds: false, quiet: true },
  build: { file: "cmd/build.ts", programs: [], builds: false, quiet: false },
  bench: { file: "bench/bench.ts", programs: everyProgram, builds: true, quiet: false },
  soak: { file: "soak/soak.ts", programs: everyProgram, builds: true, quiet: false },
  "exit-criteria": {
    file: "soak/exit-criteria.ts",
    programs: everyProgram,
    builds: false,
    quiet: true,
  },
  mutate: { file: "cmd/mutate.ts", programs: [], builds: false, quiet: false },
  site: { file: "cmd/site.ts", programs: [], builds: false, quiet: true },
};

// Standard output belongs to the verb: what setup has to say goes to standard error.
const say = (line) => process.stderr.write(`${line}\n`);

/** A failure with a sentence for a person: printed alone, without a stack. */
class SetupError extends Error {}

async function timed(label, work) {
  const start = performance.now();
  const result = await work();
  say(`setup: ${label} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/**
 * Whether `installed` (npm's own record of what it put into node_modules, written last) holds what the lock file asks for.
 * Compares contents, not times: a fresh checkout makes every file new. Optional packages may be missing: they are for other machines.
 */
export function installedAsLocked(lock, installed) {
  const differs = ([path, wanted]) => {
    if (path === "") return false;
    const have = installed.packages?.[path];
    if (have === undefined) return wanted.optional !== true;
    return have.version !== wanted.version || have.integrity !== wanted.integrity;
  };
  return !Object.entries(lock.packages).some(differs);
}

/** Whether the lock file was made for this package.json: the same direct dependencies at the same versions. */
export function lockFits(manifest, lock) {
  const direct = ({ dependencies = {}, devDependencies = {} }) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .map(([name, version]) => `${name}@${version}`)
      .sort()
      .join("\n");
  return direct(manifest) === direct(lock.packages[""] ?? {});
}

const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** npm's own record of what it installed. A copy of the folder may share the file with others, so packages are looked for too. */
const record = join("node_modules", ".package-lock.json");

function dependenciesAreCurrent() {
  const lock = readJson("package-lock.json");
  if (!existsSync(join(root, record)) || !installedAsLocked(lock, readJson(record))) return false;
  const needed = Object.entries(lock.packages).filter(([, { optional }]) => optional !== true);
  return needed.every(([path]) => existsSync(join(root, path, "package.json")));
}

function runNpm(args) {
  // npm tells its children where it lies; a bare `npm` is for those who run this file by hand.
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  // npm's report goes to standard error: the standard output of `npm run X` is the verb's.
  const options = {
    cwd: root,
    stdio: ["inherit", 2, 2],
    shell: process.platform === "win32" && !npm,
  };
  return spawnSync(program, [...first, ...args], options).status;
}

/**
 * Installs what the lock file says, and checks that it did. Not `npm ci`: that refuses a lock file which lacks optional
 * packages for other machines, and a registry that does not carry them cannot give a complete one. The two checks
 * around it are what `npm ci` would have been used for.
 */
async function ensureDependencies() {
  if (!lockFits(readJson("package.json"), readJson("package-lock.json"))) {
    throw new SetupError(
      "package.json and package-lock.json disagree; run npm install --package-lock-only and commit both",
    );
  }
  if (dependenciesAreCurrent()) return;
  await install();
  if (dependenciesAreCurrent()) return;
  // npm keeps what an older lock file put elsewhere in the tree; in an empty folder it has no choice.
  say("setup: what npm installed is not what package-lock.json names; once more from nothing");
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  await install();
  if (!dependenciesAreCurrent()) {
    throw new SetupError(
      "npm does not install what package-lock.json names; look for a setting of npm that forbids it",
    );
  }
}

async function install() {
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  say(`setup: installing dependencies: npm ${args.join(" ")}`);
  await timed("dependencies installed", () => {
    // npm believes its record, and writes into the file as it is.
    rmSync(join(root, record), { force: true });
    const status = runNpm([...args, "--loglevel=error"]);
    if (status !== 0) {
      throw new SetupError("npm could not install; see its message above, then run this again");
    }
  });
}

/** Folder names of Bun's packages that fit this machine, likeliest first. */
export function bunFolders(platform, arch, names) {
  const system = platform === "win32" ? "windows" : platform;
  const stem = `bun-${system}-${arch === "arm64" ? "aarch64" : arch}`;
  const fits = names.filter((name) => name === stem || name.startsWith(`${stem}-`));
  return fits.sort((a, b) => a.length - b.length);
}

function runs(binary) {
  if (!existsSync(binary)) return false;
  // A build for another C library or processor lies there just as well: only running it tells.
  return spawnSync(binary, ["--version"], { encoding: "utf8" }).status === 0;
}

function findBun() {
  const modules = join(root, "node_modules");
  const scope = join(modules, "@oven");
  const names = existsSync(scope) ? readdirSync(scope) : [];
  const program = process.platform === "win32" ? "bun.exe" : "bun";
  const candidates = [
    ...bunFolders(process.platform, process.arch, names).map((name) =>
      join(scope, name, "bin", program),
    ),
    join(modules, "bun", "bin", "bun.exe"),
  ];
  const found = candidates.find(runs);
  if (found === undefined) {
    throw new SetupError(
      `no Bun binary for ${process.platform} ${process.arch} runs; tried:\n  ${candidates.join("\n  ")}\n` +
        "delete node_modules and run this again; if it stays, this machine is not one Bun supports",
    );
  }
  return found;
}

export function missingPrograms(programs, path) {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
}

/** The command that brings the missing programs, as a person would type it. */
export function installCommand(missing) {
  const packages = [...new Set(missing.map((name) => systemPrograms[name]))];
  return ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
}

async function ensurePrograms(programs) {
  const path = process.env.PATH ?? "";
  const missing = missingPrograms(programs, path);
  if (missing.length === 0) return;
  const install = installCommand(missing);
  const mayInstall = process.getuid?.() === 0 && missingPrograms(["apt-get"], path).length === 0;
  if (!mayInstall) {
    say(`setup: not on this machine: ${missing.join(", ")}; what drives them will fail.`);
    say(`setup: on Debian or Ubuntu: sudo ${install.join(" ")}`);
    return;
  }
  say(`setup: installing ${missing.join(", ")}: ${install.join(" ")}`);
  await timed("system programs installed", () => {
    const options = {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-qq"], options);
    spawnSync(install[0], install.slice(1), options);
  });
  const still = missingPrograms(programs, path);
  if (still.length > 0) {
    say(`setup: still missing: ${still.join(", ")}; what drives them will fail`);
  }
}

function signalNumber(name) {
  return constants.signals[name] ?? 1;
}

/** Runs Bun on a file with this terminal as its own; resolves with the exit code, 128+n on a signal. */
function runFile(bun, file, args) {
  const path = [dirname(bun), join(root, "node_modules", ".bin"), process.env.PATH ?? ""];
  // Bun takes one leading `--` for itself: with ours in front, the verb's own arrive whole.
  const child = spawn(bun, [file, "--", ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  // ^C reaches the child by itself, being in the same foreground group; this process must outlive it to report its code.
  const forward = (signal) => child.kill(signal);
  process.on("SIGINT", () => {});
  process.on("SIGTERM", forward);
  process.on("SIGHUP", forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
  });
}

async function main([name, ...args]) {
  const verb = Object.hasOwn(verbs, name ?? "") ? verbs[name] : undefined;
  if (verb === undefined) {
    throw new SetupError(`usage: npm run ${Object.keys(verbs).join("|")} [-- arguments]`);
  }
  await ensureDependencies();
  const bun = findBun();
  await ensurePrograms(verb.programs);
  if (!existsSync(join(root, verb.file))) {
    throw new SetupError(`${verb.file} does not exist, so there is nothing to ${name} yet`);
  }
  if (verb.builds) {
    const code = await runFile(bun, "cmd/build.ts", []);
    if (code !== 0) return code;
  }
  const start = performance.now();
  const code = await runFile(bun, verb.file, args);
  if (!verb.quiet) {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    say(`setup: ${name} ${code === 0 ? "done" : `failed with exit code ${code}`} (${seconds} s)`);
  }
  return code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error) => {
      say(`setup: ${error instanceof SetupError ? error.message : error.stack}`);
      process.exit(1);
    },
  );
}
