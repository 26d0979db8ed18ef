/** Remembers where the dashboard is being served, so that another terminal can be given a link to it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { systemClock } from "../../../runtime/clock.ts";
import { type LocalKey, openLocalKey } from "../../../runtime/operator/local-key.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { isGone, thisHolder } from "../../../runtime/session/holder.ts";
import type { Cli } from "../cli.ts";

const serving = z.strictObject({
  host: z.string(),
  port: z.int(),
  /** Names this serving: links are for it alone. */
  serving: z.string(),
  holder: z.strictObject({ pid: z.int(), startedAs: z.string() }),
});
export type Serving = Omit<z.infer<typeof serving>, "holder">;

/** Null where nobody serves it. `pid`: of the process that does. */
export function readServing(file: string): (Serving & { pid: number }) | null {
  try {
    const { holder, ...read } = serving.parse(JSON.parse(readFileSync(file, "utf8")));
    return isGone(holder) ? null : { ...read, pid: holder.pid };
  } catch {
    // Absent, or of another version: then it is served anew.
    return null;
  }
}

export function writeServing(file: string, where: Serving): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, `${JSON.stringify({ ...where, holder: thisHolder() })}\n`, { mode: 0o600 });
  renameSync(beside, file);
}

/** Made where there is none. Throws `home_unusable`. */
export function keyOf({ paths }: Cli): LocalKey {
  return openLocalKey(paths.dashboardKeyFile, { clock: systemClock, random: systemRandom });
}

export function linkTo(host: string, port: number, ticket: string): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}/?token=${ticket}`;
}

/** Unless another has begun to serve it since. */
export function forgetServing(file: string, name: string): void {
  if (readServing(file)?.serving === name) rmSync(file, { force: true });
}
