/** The folders and files of this machine's runtime: whose they are, who else can read or change them, and the room for more. */
import { chmodSync, existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../../../contracts/doctor.ts";
import { limits } from "../../../contracts/limits.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import { traceFiles } from "../../../runtime/trace/sqlite-file.ts";
import { archiveFiles } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { size } from "../layout.ts";
import { reasonOf, sayer, shellWord, type Visit } from "./finding.ts";

const say = sayer("files");

/** Those that are well are told together. */
export function fileFindings(visit: Visit): Finding[] {
  const places = placesOf(visit.cli).filter(({ path }) => existsSync(path));
  const found = places.map((place) => placeFinding(place, visit));
  const wrong = found.filter((one) => one !== null);
  const well = places.length - wrong.length;
  const { state } = visit.cli.paths;
  if (places.length === 0)
    return [say.ok("files", `none yet; made in ${state} with the first session`)];
  const isAll = wrong.length === 0;
  const count = `${well} ${isAll ? "" : "others "}`;
  return [
    ...wrong,
    ...(well > 0
      ? [say.ok("files", `${count}in order: yours, and nobody else can change them`)]
      : []),
  ];
}

type Place = { kind: "folder" | "file"; path: string; forbidden: number };

/** Trace, keys and secrets are for their owner alone, settings for others at most to read. */
function placesOf({ paths }: Cli): Place[] {
  // One home holds both; it is looked at once.
  const folders = new Set([
    ...[paths.config, paths.state, paths.recordingsFolder],
    ...[paths.socketFolder, paths.notifyResultsFolder],
  ]);
  const secret = [
    ...[paths.keyFile, paths.fingerprintKeyFile, paths.signingSecretFile],
    ...[paths.notifySecretsFile],
  ];
  const own = [...traceFiles(paths.traceFile), ...archiveFiles(paths.traceFile), ...secret];
  const settings = [paths.configFile, paths.policyFile, paths.witnessesFile];
  return [
    ...[...folders].map((path) => ({ kind: "folder", path, forbidden: 0o077 }) as const),
    ...own.map((path) => ({ kind: "file", path, forbidden: 0o077 }) as const),
    ...settings.map((path) => ({ kind: "file", path, forbidden: 0o022 }) as const),
  ];
}

/** Null where all is well. */
function placeFinding({ kind, path, forbidden }: Place, { mender }: Visit): Finding | null {
  if (process.platform === "win32") return null;
  const name = `${kind} ${path}`;
  const { mode: all, uid } = statSync(path);
  const mode = all & 0o777;
  const us = process.geteuid?.() ?? uid;
  if (uid !== us && us !== 0) {
    const detail = `it belongs to another user (${uid})`;
    return say.failed({ name, detail }, `sudo chown ${us} ${shellWord(path)}`);
  }
  if ((mode & forbidden) === 0) return null;
  const mended = mode & ~forbidden;
  if (mender.mend(`chmod ${mended.toString(8)}`, () => chmodSync(path, mended))) {
    return say.ok(name, forbidden === 0o077 ? "made private to you" : "closed to others' changes");
  }
  const detail = `open to others (mode ${mode.toString(8)})`;
  return say.warning({ name, detail }, `chmod ${mended.toString(8)} ${shellWord(path)}`);
}

export function diskFinding(cli: Cli): Finding {
  const { state, recordingsFolder, traceFile } = cli.paths;
  try {
    const there = nearest(state);
    const { bavail, bsize } = statfsSync(there);
    const used = { trace: sum(traceFiles(traceFile)), recordings: sum(filesIn(recordingsFolder)) };
    return roomFinding({ free: bavail * bsize, ...used, budget: budgetOf(cli) });
  } catch (error) {
    const detail = `how much room is left cannot be told: ${reasonOf(error)}`;
    return say.warning({ name: "disk", detail }, `df -h ${shellWord(state)}`);
  }
}

/** In bytes. `budget`: how large the trace may grow; null where it is not sent anywhere. */
export type Room = { free: number; trace: number; recordings: number; budget: number | null };

/** With less, what is written in a day or two of work may fill it. */
const plentyBytes = 10 * limits.recordingReserveBytes;

export function roomFinding({ free, trace, recordings, budget }: Room): Finding {
  const name = "disk";
  const uses = `${size(free)} free; the trace has ${size(trace)}, recordings ${size(recordings)}`;
  const prune = "atlasbridge sessions prune --days 7";
  if (free < limits.recordingReserveBytes) {
    const detail = `${uses}: sessions are not recorded any more, and prompts will be left to you`;
    return say.failed({ name, detail }, prune);
  }
  if (budget !== null && trace > budget) {
    const detail = `${uses}, more than cloud.disk_budget_bytes (${size(budget)})`;
    return say.warning({ name, detail }, "atlasbridge cloud sync");
  }
  if (free < plentyBytes) return say.warning({ name, detail: `only ${uses}` }, prune);
  return say.ok(name, uses);
}

function budgetOf({ paths, environment }: Cli): number | null {
  const { cloud } = readConfig(paths, environment);
  return cloud.url === null ? null : cloud.disk_budget_bytes;
}

/** The folder itself, or the one in which it will be made. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function sum(files: readonly string[]): number {
  const sizes = files.map((one) => statSync(one, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((all, one) => all + one, 0);
}
