/** A real Secret Service for tests: gnome-keyring on a bus of its own, with nobody's keys in it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { readEnvironment } from "../config.ts";

export type SecretService = AsyncDisposable & {
  /** What a program needs to find it, and to find no other. */
  variables: Record<string, string>;
  /** As its owner would; from then on it asks them, and there is nobody to be asked. */
  lock(): void;
};

const readyMsMax = 10_000;
const lookEveryMs = 10;

/** Keeps everything in `folder`. Throws when the programs are not on this machine, saying how to get them. */
export async function startSecretService(folder: string): Promise<SecretService> {
  for (const program of ["dbus-daemon", "dbus-send", "gnome-keyring-daemon"]) {
    if (Bun.which(program) !== null) continue;
    throw new Error(`${program} is not here: apt-get install dbus-daemon gnome-keyring`);
  }
  const place = join(folder, "keychain");
  mkdirSync(place, { mode: 0o700, recursive: true });
  const address = `unix:path=${join(place, "bus")}`;
  const variables = {
    HOME: place,
    XDG_RUNTIME_DIR: place,
    XDG_DATA_HOME: join(place, "data"),
    DBUS_SESSION_BUS_ADDRESS: address,
  };
  const env = { PATH: readEnvironment().variables["PATH"] ?? "", LC_ALL: "C.UTF-8", ...variables };
  const quiet = { env, stdout: "ignore", stderr: "ignore" } as const;
  const bus = Bun.spawn(["dbus-daemon", "--session", "--nofork", "--address", address], quiet);
  const call = (...message: string[]): string => {
    const args = ["--session", "--print-reply", ...message];
    const done = Bun.spawnSync(["dbus-send", ...args], { env, stdout: "pipe", stderr: "pipe" });
    return done.stdout.toString();
  };
  const owned = (): boolean =>
    call("--dest=org.freedesktop.DBus", "/", ...hasOwner).includes("boolean true");
  await until(
    "the bus answers",
    () => call("--dest=org.freedesktop.DBus", "/", ...listNames) !== "",
  );
  const daemon = Bun.spawn(
    ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
    { ...quiet, stdin: new TextEncoder().encode("the keyring's own") },
  );
  await until("the Secret Service is on the bus", owned);
  // It is there before its keyring is open.
  const isOpen = () =>
    call("--dest=org.freedesktop.secrets", ...isLocked).includes("boolean false");
  await until("the keyring is open", isOpen);
  return {
    variables,
    lock: () => void call("--dest=org.freedesktop.secrets", ...lockLogin),
    async [Symbol.asyncDispose]() {
      for (const one of [daemon, bus]) {
        one.kill("SIGKILL");
        await one.exited;
      }
    },
  };
}

const listNames = ["org.freedesktop.DBus.ListNames"];
const hasOwner = ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"];
const isLocked = [
  "/org/freedesktop/secrets/collection/login",
  "org.freedesktop.DBus.Properties.Get",
  "string:org.freedesktop.Secret.Collection",
  "string:Locked",
];
const lockLogin = [
  "/org/freedesktop/secrets",
  "org.freedesktop.Secret.Service.Lock",
  "array:objpath:/org/freedesktop/secrets/collection/login",
];

async function until(what: string, look: () => boolean): Promise<void> {
  for (let tries = readyMsMax / lookEveryMs; tries > 0; tries -= 1) {
    if (look()) return;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
  throw new Error(`not within ${readyMsMax} ms: ${what}`);
}
