/** Who may look at the local dashboard: tickets that open it once, and what a browser keeps afterwards. */
import { createHmac, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";

/** What a browser keeps. Both are needed, since a cookie is sent to every port of a host, whoever listens there. */
export type Admission = {
  /** Kept by the browser where no script reads it. */
  cookie: string;
  /** Kept by the page, of whose origin the port is a part. */
  page: string;
};

export interface LocalKey {
  /** Opens the dashboard once, in the process that serves it as `serving`, and for `limits.dashboardTicketMs`. */
  ticket(serving: string): string;
  /** Null for a ticket that was used, is too old, or is none. */
  redeem(ticket: string, serving: string): Admission | null;
  /** Whether this was given out, not too long ago. */
  admits(given: { cookie: string | null; page: string | null }): boolean;
}

const keyBytes = 32;

/** The key in this file, which is made where there is none: private, and the same after a restart. Throws `home_unusable`. */
export function openLocalKey(
  file: string,
  { clock, random }: { clock: Pick<Clock, "now">; random: Random },
): LocalKey {
  return localKey(readKey(file) ?? makeKey(file, random), { clock, random });
}

export function localKey(
  key: Uint8Array,
  { clock, random }: { clock: Pick<Clock, "now">; random: Random },
): LocalKey {
  const sign = (what: string, about: string): string =>
    createHmac("sha256", key).update(`${what}\n${about}`).digest("base64url");
  const redeemed = new Map<string, number>();
  return {
    ticket(serving) {
      const until = clock.now() + limits.dashboardTicketMs;
      const about = `${until.toString(36)}.${Buffer.from(random.bytes(16)).toString("base64url")}`;
      return `${about}.${sign("ticket", `${serving}\n${about}`)}`;
    },
    redeem(ticket, serving) {
      const [until = "", nonce = "", mac = ""] = ticket.split(".");
      const about = `${until}.${nonce}`;
      const now = clock.now();
      if (!same(mac, sign("ticket", `${serving}\n${about}`))) return null;
      if (Number.parseInt(until, 36) < now || redeemed.has(nonce)) return null;
      for (const [old, end] of redeemed) if (end < now) redeemed.delete(old);
      redeemed.set(nonce, Number.parseInt(until, 36));
      const since = now.toString(36);
      return { cookie: `${since}.${sign("cookie", since)}`, page: sign("page", since) };
    },
    admits({ cookie, page }) {
      const [since = "", mac = ""] = (cookie ?? "").split(".");
      const age = clock.now() - Number.parseInt(since, 36);
      const isRecent = age >= 0 && age < limits.dashboardAdmissionMs;
      return same(mac, sign("cookie", since)) && same(page ?? "", sign("page", since)) && isRecent;
    },
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function readKey(file: string): Uint8Array | null {
  const { O_RDONLY, O_NOFOLLOW } = constants;
  let descriptor: number;
  try {
    descriptor = openSync(file, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unusable(file, "it cannot be read", error);
  }
  try {
    const { mode, uid } = fstatSync(descriptor);
    const isOurs = process.platform === "win32" || uid === process.geteuid?.();
    if (!isOurs || (process.platform !== "win32" && (mode & 0o077) !== 0)) {
      throw unusable(file, "others can read it; remove it, and open the dashboard anew");
    }
    const key = Buffer.from(readFileSync(descriptor, "utf8").trim(), "hex");
    if (key.length === keyBytes) return key;
    throw unusable(file, "it holds no key; remove it, and open the dashboard anew");
  } finally {
    closeSync(descriptor);
  }
}

function makeKey(file: string, random: Random): Uint8Array {
  const key = random.bytes(keyBytes);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const text = `${Buffer.from(key).toString("hex")}\n`;
    writeFileSync(file, text, { mode: 0o600, flag: "wx", flush: true });
    return key;
  } catch (error) {
    // Another process has made it in this moment.
    const made = readKey(file);
    if (made !== null) return made;
    throw unusable(file, "it cannot be written; check the folder's owner and mode", error);
  }
}

function unusable(file: string, why: string, cause?: unknown): AtlasError {
  return new AtlasError("home_unusable", `${file} cannot be used: ${why}`, { cause });
}
