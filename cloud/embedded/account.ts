/** Whom PostgreSQL runs as: it refuses to be root, so then it gets an account of its own. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";

export type Account = { uid: number; gid: number };

const accountName = "atlasbridge-db";

/** Of `/etc/passwd` (passwd(5)); null when the name is not there. */
export function accountIn(passwd: string, name: string): Account | null {
  const line = passwd.split("\n").find((one) => one.startsWith(`${name}:`));
  const [, uid, gid] = /^[^:]*:[^:]*:([1-9]\d*):([1-9]\d*):/.exec(line ?? "") ?? [];
  return uid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** Null: as ourselves. Makes the account when we are root and it is missing. Throws `AtlasError` when it cannot. */
export function postgresAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const read = (): Account | null => accountIn(readFileSync("/etc/passwd", "utf8"), accountName);
  const before = read();
  if (before !== null) return before;
  const words = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", accountName];
  spawnSync("useradd", words, { stdio: "ignore" });
  // Somebody else may have made it meanwhile.
  const after = read();
  if (after !== null) return after;
  throw new AtlasError(
    "database_unusable",
    `PostgreSQL must not run as root, and the account ${accountName} cannot be made; run as another user, or: useradd ${words.join(" ")}`,
  );
}
