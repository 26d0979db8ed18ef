/** The log: whether it can be written, what it says of sessions that died, and whether the clock agrees with it. */
import { existsSync } from "node:fs";
import type { Finding } from "../../../contracts/doctor.ts";
import type { Moment } from "../../../contracts/moment.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { asidesOf } from "../../../runtime/trace/aside.ts";
import { openSqliteStore } from "../../../runtime/trace/sqlite.ts";
import type { Cli } from "../cli.ts";
import { duration, localTime } from "../layout.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { openOwnStore } from "../trace/own-store.ts";
import { withTrace } from "../trace/source.ts";
import { reasonOf, sayer, shellWord, type Visit } from "./finding.ts";

const say = sayer("files");

export async function traceFindings(visit: Visit): Promise<Finding[]> {
  const { cli } = visit;
  const state = traceFinding(cli);
  const readable = state.status === "ok" && existsSync(cli.paths.traceFile);
  return [
    state,
    ...(readable ? await diedFindings(visit) : []),
    ...earlierTraces(cli),
    clockFinding({ now: systemClock.now(), newest: readable ? await newestOf(cli) : null }),
  ];
}

function traceFinding({ paths }: Cli): Finding {
  const name = "trace";
  if (!existsSync(paths.traceFile))
    return say.ok(name, "not there yet; made with the first session");
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
    return say.ok(name, `${seq} entries in ${paths.traceFile}`);
  } catch (error) {
    return say.failed({ name, detail: reasonOf(error) }, "atlasbridge trace verify");
  }
}

/** Sessions whose runtime was killed: the next session closes them, and so does mending. */
async function diedFindings({ cli, mender }: Visit): Promise<Finding[]> {
  const name = "sessions";
  const open = await withTrace(cli, (trace) => trace?.openSessions() ?? []);
  const died = open.filter(({ holder }) => isGone(holder)).length;
  const run = `${open.length - died} running`;
  if (died === 0) return [say.ok(name, run)];
  const close = (): void => {
    const store = openOwnStore(cli, ownRedactorOrDefault(cli), { create: false });
    try {
      store.recover(isGone);
    } finally {
      store.close();
    }
  };
  if (mender.mend("closed sessions", close)) {
    return [say.ok(name, `${run}; ${died} that died were closed`)];
  }
  const detail = `${run}; ${died} died without their end in the trace`;
  return [say.warning({ name, detail }, "atlasbridge doctor --fix")];
}

/** Nothing is to be mended about them, but nobody should forget that they are there. */
function earlierTraces({ paths }: Cli): Finding[] {
  return asidesOf(paths.traceFile).map((file) => {
    const detail = `an earlier one was found broken and set aside as ${file}; keep it`;
    const fix = `atlasbridge trace verify --file ${shellWord(file)}`;
    return say.warning({ name: "trace set aside", detail }, fix);
  });
}

async function newestOf(cli: Cli): Promise<Moment | null> {
  return await withTrace(cli, (trace) => {
    if (trace === null) return null;
    const { seq } = trace.head();
    const [last] = trace.rows({ afterSeq: seq - 1 });
    return last?.at ?? null;
  });
}

/** 2026-01-01: this version was made later, so no clock that is right says less. */
const earliest: Moment = 1_767_225_600_000;
const aheadMs = 5_000;

/** `newest`: of the trace's last entry. */
export function clockFinding({ now, newest }: { now: Moment; newest: Moment | null }): Finding {
  const name = "clock";
  if (now < earliest) {
    const detail = `it says ${localTime(now)}: entries would be dated wrongly, and uploads refused`;
    return say.failed({ name, detail }, setClock);
  }
  if (newest !== null && newest > now + aheadMs) {
    const detail = `the trace's last entry is ${duration(newest - now)} in the future: the clock was set back, or was wrong then`;
    return say.warning({ name, detail }, setClock);
  }
  return say.ok(name, localTime(now).slice(0, -".000".length));
}

const setClock =
  process.platform === "darwin" ? "sudo sntp -sS time.apple.com" : "sudo timedatectl set-ntp true";

/** Between two looks, the wall clock's way and the one that never jumps. */
export function driftFinding({
  wallMs,
  steadyMs,
}: {
  wallMs: number;
  steadyMs: number;
}): Finding[] {
  const off = wallMs - steadyMs;
  if (Math.abs(off) < driftMsMax) return [];
  const way = off > 0 ? "forward" : "back";
  const detail = `it jumped ${duration(Math.abs(off))} ${way} while doctor was looking`;
  return [say.warning({ name: "clock", detail }, setClock)];
}

const driftMsMax = 500;
