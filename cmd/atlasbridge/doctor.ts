/** `atlasbridge doctor`: looks at everything a governed session needs and says what to do about what is wrong. */
import { chmodSync, existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { exitCodes } from "../../contracts/errors.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readConfig } from "../../runtime/config-file.ts";
import { openStack } from "../../runtime/policy/stack.ts";
import { startNative } from "../../runtime/pty/native.ts";
import { archiveFiles } from "../../runtime/trace/sqlite-reader.ts";
import { systemRandom } from "../../runtime/random.ts";
import { asidesOf } from "../../runtime/trace/aside.ts";
import { openSqliteStore } from "../../runtime/trace/sqlite.ts";
import { traceFiles } from "../../runtime/trace/sqlite-file.ts";
import { productVersion } from "../../contracts/version.ts";
import type { Cli, Register } from "./cli.ts";
import type { Finding } from "./doctor/finding.ts";
import { notifierOf } from "./run/desktop.ts";
import { keychainFinding } from "./doctor/keychain.ts";
import { stackPlaces } from "./policy/places.ts";
import { toolFindings } from "./doctor/tools.ts";

export const registerDoctor: Register = (program, run) => {
  program
    .command("doctor")
    .description("check what a governed session needs, and say how to mend it")
    .option("--fix", "mend what is safe to mend (folder and file modes)")
    .addHelpText(
      "after",
      "\nExample:\n  $ atlasbridge doctor --fix\n\nExit code 1 when a check failed.\n",
    )
    .action(
      run(async (cli, options: { fix?: boolean }) => {
        const findings = await examine(cli, options.fix === true);
        const failed = findings.some((finding) => finding.status === "failed");
        cli.out(cli.json ? `${JSON.stringify({ findings }, null, 2)}\n` : told(findings));
        return failed ? exitCodes.failed : exitCodes.ok;
      }),
    );
};

async function examine(cli: Cli, fix: boolean): Promise<Finding[]> {
  // One home holds both; it is looked at once.
  const folders = new Set([cli.paths.config, cli.paths.state]);
  return [
    { name: "version", status: "ok", detail: `atlasbridge ${productVersion}`, fix: null },
    await pseudoTerminal(),
    kernelEvidence(),
    terminal(cli),
    ...[...folders].map((folder) => folderMode(folder, fix)),
    folderMode(cli.paths.recordingsFolder, fix),
    ...fileModes(cli, fix),
    trace(cli),
    ...earlierTraces(cli),
    settings(cli),
    policy(cli),
    notifications(cli),
    await keychainFinding(cli.environment.variables),
    ...(await toolFindings(cli.environment.variables)),
  ];
}

async function pseudoTerminal(): Promise<Finding> {
  const name = "pseudo-terminal";
  let seen = "";
  const ended = Promise.withResolvers<void>();
  try {
    await startNative(
      {
        argv: ["echo", "alive"],
        cwd: "/",
        env: { PATH: "/usr/bin:/bin" },
        size: { cols: 80, rows: 24 },
      },
      {
        data: (bytes) => {
          seen += new TextDecoder().decode(bytes);
        },
        stopped: () => undefined,
        exit: () => ended.resolve(),
      },
    );
    await ended.promise;
  } catch (error) {
    return { name, status: "failed", detail: String(error), fix: "check that /dev/pts is mounted" };
  }
  if (!seen.includes("alive")) {
    const detail = `a test program's output did not come through: ${JSON.stringify(seen)}`;
    return { name, status: "failed", detail, fix: "check that /dev/pts is mounted" };
  }
  return { name, status: "ok", detail: "a test program ran in one", fix: null };
}

function kernelEvidence(): Finding {
  const name = "kernel evidence";
  if (existsSync(`/proc/${process.pid}/task/${process.pid}/syscall`)) {
    const detail = "the kernel tells which program waits for input";
    return { name, status: "ok", detail, fix: null };
  }
  const detail = "not to be had here; prompts are judged by the terminal's mode and silence";
  return { name, status: "warning", detail, fix: null };
}

function terminal({ environment }: Cli): Finding {
  const name = "terminal";
  const { TERM, LC_ALL, LC_CTYPE, LANG } = environment.variables;
  if (!process.stdout.isTTY)
    return { name, status: "ok", detail: "not attached to one", fix: null };
  if (TERM === undefined || TERM === "dumb") {
    const detail = "TERM is not set: full-screen tools will not draw";
    return { name, status: "warning", detail, fix: "export TERM=xterm-256color" };
  }
  const locale = LC_ALL ?? LC_CTYPE ?? LANG ?? "C";
  if (!/utf-?8/i.test(locale)) {
    const detail = `${TERM}; the locale ${locale} is not UTF-8: tools may draw question marks`;
    return { name, status: "warning", detail, fix: "export LC_ALL=C.UTF-8" };
  }
  return { name, status: "ok", detail: `${TERM}, ${locale}`, fix: null };
}

function folderMode(folder: string, fix: boolean): Finding {
  const name = `folder ${folder}`;
  if (!existsSync(folder)) {
    return { name, status: "ok", detail: "not there yet; made with the first session", fix: null };
  }
  return modeFinding({ name, path: folder, forbidden: 0o077 }, fix);
}

/** Of those that are there: trace and key are for their owner alone, settings for others at most to read. */
function fileModes({ paths }: Cli, fix: boolean): Finding[] {
  const secret = [paths.keyFile, paths.fingerprintKeyFile, paths.signingSecretFile];
  const own = [...traceFiles(paths.traceFile), ...archiveFiles(paths.traceFile), ...secret];
  const trace = own.map((path) => ({ path, forbidden: 0o077 }));
  const settings = [paths.configFile, paths.policyFile, paths.witnessesFile].map((path) => ({
    path,
    forbidden: 0o022,
  }));
  return [...trace, ...settings]
    .filter(({ path }) => existsSync(path))
    .map(({ path, forbidden }) => modeFinding({ name: `file ${path}`, path, forbidden }, fix));
}

type Modes = { name: string; path: string; forbidden: number };

function modeFinding({ name, path, forbidden }: Modes, fix: boolean): Finding {
  const mode = statSync(path).mode & 0o777;
  if ((mode & forbidden) === 0 || process.platform === "win32") {
    const detail = forbidden === 0o077 ? "private to you" : "nobody else can change it";
    return { name, status: "ok", detail, fix: null };
  }
  if (fix) {
    chmodSync(path, mode & ~forbidden);
    const detail = forbidden === 0o077 ? "made private to you" : "closed to others' changes";
    return { name, status: "ok", detail, fix: null };
  }
  const detail = `open to others (mode ${mode.toString(8)})`;
  const mended = (mode & ~forbidden).toString(8);
  return { name, status: "warning", detail, fix: `chmod ${mended} ${path}` };
}

function settings({ paths, environment }: Cli): Finding {
  const name = "settings";
  try {
    readConfig(paths, environment);
    const has = existsSync(paths.configFile);
    const detail = has ? `${paths.configFile} is sound` : "no config.yaml: the defaults hold";
    return { name, status: "ok", detail, fix: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, status: "failed", detail, fix: "atlasbridge config list shows what there is" };
  }
}

function notifications({ environment }: Cli): Finding {
  const name = "notifications";
  const program = notifierOf(environment);
  const by =
    program === null
      ? "the bell alone: no desktop to tell"
      : `by ${basename(program)} and the bell`;
  return { name, status: "ok", detail: `you are called ${by}`, fix: null };
}

function trace({ paths }: Cli): Finding {
  const name = "trace";
  if (!existsSync(paths.traceFile)) {
    return { name, status: "ok", detail: "not there yet; made with the first session", fix: null };
  }
  try {
    const store = openSqliteStore({
      file: paths.traceFile,
      clock: systemClock,
      random: systemRandom,
      runtimeVersion: productVersion,
      create: false,
    });
    const { seq } = store.head();
    store.close();
    return { name, status: "ok", detail: `${seq} entries in ${paths.traceFile}`, fix: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, status: "failed", detail, fix: "atlasbridge trace verify" };
  }
}

/** Traces that were set aside: nothing is to be mended about them, but nobody should forget that they are there. */
function earlierTraces({ paths }: Cli): Finding[] {
  return asidesOf(paths.traceFile).map((file) => {
    const detail = `an earlier one was found broken and set aside as ${file}; keep it`;
    const fix = `atlasbridge trace verify --file ${file}`;
    return { name: "trace set aside", status: "warning", detail, fix };
  });
}

/** Every policy that holds here, as a session would find it. */
function policy(cli: Cli): Finding {
  const name = "policy";
  try {
    const cwd = process.cwd();
    const places = stackPlaces(cli, { file: undefined, cwd });
    const { parts, warnings } = openStack(places, cli.environment);
    const [warning] = warnings;
    if (warning !== undefined) {
      return { name, status: "failed", detail: warning, fix: "atlasbridge policy show" };
    }
    if (parts.every(({ files }) => files.length === 0)) {
      const detail = "none: every prompt is yours";
      return { name, status: "warning", detail, fix: "atlasbridge policy init" };
    }
    const held = parts.map(({ layer, compiled: { policy: one, rules } }) => {
      const whose = layer === "user" ? "" : ` (the ${layer === "admin" ? "machine" : "project"}'s)`;
      return `${one.name}, ${rules.length} rules${whose}`;
    });
    return { name, status: "ok", detail: held.join("; "), fix: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, status: "failed", detail, fix: "atlasbridge policy validate" };
  }
}

const marks = { ok: "ok     ", warning: "warning", failed: "FAILED " } as const;

function told(findings: readonly Finding[]): string {
  let text = "";
  for (const { name, status, detail, fix } of findings) {
    text += `${marks[status]}  ${name}: ${detail}\n`;
    if (fix !== null) text += `         → ${fix}\n`;
  }
  return text;
}
