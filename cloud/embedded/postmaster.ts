/** One PostgreSQL of our own: made once, started under its account with a socket in our folder alone, stopped with us. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { type Clock, within } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import type { Log } from "../log.ts";
import type { Account } from "./account.ts";

export type PostmasterOptions = {
  /** Holds `data` and `socket`. */
  folder: string;
  /** With `bin`, `lib` and `share`. */
  programs: string;
  account: Account | null;
  password: string;
  clock: Clock;
  log: Log;
  /** Further settings, as `name=value`. */
  settings?: readonly string[];
};

export interface Postmaster {
  socketFolder: string;
  pid: number;
  /** Resolves with the exit code when it has ended, by whatever means. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** sun_path (unix(7)) holds 108 bytes, the last one zero. */
const socketPathBytesMax = 107;

export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { folder, account } = options;
  const socketFolder = join(folder, "socket");
  if (Buffer.byteLength(join(socketFolder, ".s.PGSQL.5432")) > socketPathBytesMax) {
    const message = `${folder} is too long a name for the database's socket; choose a shorter --home`;
    throw new AtlasError("home_unusable", message);
  }
  // Others may pass through, and see nothing but what is theirs.
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
  own(socketFolder, account);
  await initialise(options);
  await endEarlier(options);
  return await start(options, socketFolder);
}

function own(folder: string, account: Account | null): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account !== null) chownSync(folder, account.uid, account.gid);
}

const dataFolder = ({ folder }: PostmasterOptions): string => join(folder, "data");
const program = ({ programs }: PostmasterOptions, name: string): string =>
  join(programs, "bin", name);

/** A locale that every C library has; names of messages are looked for in English. */
const environment = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

async function initialise(options: PostmasterOptions): Promise<void> {
  const { account, folder, password } = options;
  const data = dataFolder(options);
  if (existsSync(join(data, "PG_VERSION"))) return;
  // What an earlier attempt left half done.
  rmSync(data, { recursive: true, force: true });
  own(data, account);
  const secret = join(folder, "superuser.new");
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  if (account !== null) chownSync(secret, account.uid, account.gid);
  const words = [
    ...["--pgdata", data, "--username", "postgres", "--pwfile", secret],
    ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"],
    ...(hasOwnLocales(options)
      ? ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
      : []),
  ];
  const done = spawnSync(program(options, "initdb"), words, {
    ...account,
    env: environment,
    cwd: folder,
  });
  rmSync(secret, { force: true });
  if (done.status === 0) return;
  rmSync(data, { recursive: true, force: true });
  const why = (done.error?.message ?? done.stderr.toString()).trim().split("\n").slice(0, 3);
  throw new AtlasError("database_unusable", `PostgreSQL cannot be set up: ${why.join("; ")}`);
}

/** From PostgreSQL 17 on: the order of text is then its own affair, and not the system's. */
function hasOwnLocales(options: PostmasterOptions): boolean {
  const words = {
    ...options.account,
    env: environment,
    cwd: options.folder,
    encoding: "utf8",
  } as const;
  const said = spawnSync(program(options, "initdb"), ["--version"], words).stdout ?? "";
  const major = Number(/(\d+)(?:\.\d+|[a-z]+\d*)/.exec(said)?.[1] ?? "0");
  return major >= 17;
}

/** The one of a service that was killed ends by itself in a moment; any other is somebody's. */
async function endEarlier(options: PostmasterOptions): Promise<void> {
  const lock = join(dataFolder(options), "postmaster.pid");
  const { clock } = options;
  const untilMs = clock.monotonicMs() + bounds.postgresStopMs;
  while (isRunning(lock, dataFolder(options))) {
    if (clock.monotonicMs() > untilMs) {
      const message = `another service runs with ${options.folder}; stop it, or choose another --home`;
      throw new AtlasError("home_unusable", message);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(lookEveryMs, resolve);
    await promise;
  }
  // Left by a machine that went down; after a restart its process id may be anybody's.
  rmSync(lock, { force: true });
}

const lookEveryMs = 50;

function isRunning(lock: string, data: string): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8").split("\n")[0]);
    process.kill(pid, 0);
    const file = `/proc/${pid}/cmdline`;
    return !existsSync(file) || readFileSync(file, "utf8").includes(data);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function start(options: PostmasterOptions, socketFolder: string): Promise<Postmaster> {
  const { account, clock, folder } = options;
  const settings = [
    "listen_addresses=",
    `unix_socket_directories=${socketFolder}`,
    ...["jit=off", "max_connections=64", "shared_buffers=128MB", "log_min_messages=warning"],
    ...["max_wal_size=1GB", "wal_compression=on", "timezone=UTC", "log_timezone=UTC"],
    ...(options.settings ?? []),
  ];
  const words = ["-D", dataFolder(options), ...settings.flatMap((setting) => ["-c", setting])];
  const [name, ...before] = tied(account, program(options, "postgres"));
  const child = spawn(name, [...before, ...words], {
    env: environment,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    // Its own group: an interrupt at the keyboard is for us, and we stop it.
    detached: true,
  });
  const said = watched(child, options);
  const why = await within(said.ready, { ms: bounds.postgresStartMs, late: "it is late", clock });
  if (why !== null) {
    child.kill("SIGQUIT");
    throw new AtlasError("database_unusable", `PostgreSQL does not start: ${why}`);
  }
  const { ended } = said;
  return {
    socketFolder,
    pid: child.pid ?? 0,
    ended,
    async stop() {
      // Fast: open transactions are rolled back, what was committed stays.
      child.kill("SIGINT");
      const late = await within(ended, { ms: bounds.postgresStopMs, late: "late" as const, clock });
      // One that was stopped in its tracks hears of neither before it goes on.
      if (late === "late") for (const signal of ["SIGQUIT", "SIGCONT"] as const) child.kill(signal);
      await ended;
    },
  };
}

/** Where the system can, it ends when we end, also by a kill that we cannot see coming. */
function tied(account: Account | null, postgres: string): [string, ...string[]] {
  const setpriv = Bun.which("setpriv");
  if (setpriv === null) {
    if (account === null) return [postgres];
    throw new AtlasError("database_unusable", "setpriv is missing: install util-linux");
  }
  const as =
    account === null
      ? []
      : [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--no-new-privs"];
  return [setpriv, "--pdeathsig=INT", ...as, postgres];
}

type Watched = { ready: Promise<string | null>; ended: Promise<number | null> };

/** `ready`: null once it takes connections, else why it does not. */
function watched(child: ChildProcess, { log }: PostmasterOptions): Watched {
  const ready = Promise.withResolvers<string | null>();
  const ended = Promise.withResolvers<number | null>();
  let last = "";
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (line.includes("ready to accept connections")) ready.resolve(null);
      if (/\b(?:FATAL|PANIC|ERROR):/.test(line)) last = line;
      if (/\b(?:FATAL|PANIC):/.test(line)) log.warn("postgres", { said: line });
    }
  });
  child.on("error", (error) => {
    ready.resolve(error.message);
    ended.resolve(null);
  });
  child.on("exit", (code) => {
    ready.resolve(last === "" ? `it ended with exit code ${code}` : last);
    ended.resolve(code);
  });
  return { ready: ready.promise, ended: ended.promise };
}
