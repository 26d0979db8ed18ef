/** Proves the keychain's promises against a real Secret Service, and that whatever goes wrong ends in words and in time. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../contracts/limits.ts";
import { secretName } from "../../contracts/secret.ts";
import { systemClock } from "../clock.ts";
import { systemKeychain } from "./ask.ts";
import { sayTrouble } from "./keychain.ts";
import { type SecretService, startSecretService } from "./secret-service.example.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasbridge-keychain-"));
const path = process.env["PATH"] ?? "";
const within = { withinMs: limits.keychainAskMs };
let service: SecretService;

beforeAll(async () => {
  service = await startSecretService(folder);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function keychain(variables: Record<string, string>) {
  return systemKeychain({ clock: systemClock, variables: { PATH: path, ...variables } });
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(name: string, variables = service.variables): Promise<string | null> {
  const found = await keychain(variables).read(name, within);
  if (!found.ok) throw new Error(sayTrouble(found));
  return found.secret === null ? null : new TextDecoder().decode(found.secret);
}

describe("a secret", () => {
  test("is kept, replaced, named and removed; names alone are listed", async () => {
    const { variables } = service;
    const held = keychain(variables);
    expect(await held.names(within)).toEqual({ ok: true, names: [] });
    expect(await read("key")).toBeNull();
    expect(await held.write("key", bytes("first"))).toEqual({ ok: true });
    expect(await held.write("key", bytes("пароль 2 €"))).toEqual({ ok: true });
    expect(await held.write("a.other", bytes("x"))).toEqual({ ok: true });
    expect(await read("key")).toBe("пароль 2 €");
    expect(await held.names(within)).toEqual({ ok: true, names: ["a.other", "key"] });
    expect(await held.remove("key")).toEqual({ ok: true, removed: true });
    expect(await held.remove("key")).toEqual({ ok: true, removed: false });
    expect(await read("key")).toBeNull();
    expect(await held.names(within)).toEqual({ ok: true, names: ["a.other"] });
    expect(await held.remove("a.other")).toEqual({ ok: true, removed: true });
  });

  test("of our own is kept too, under a name that no list shows and no policy can ask for", async () => {
    const held = keychain(service.variables);
    for (const name of [`.cloud-abk_${"0".repeat(17)}`, `.agent-${"0".repeat(32)}`]) {
      expect(secretName.safeParse(name).success).toBe(false);
      expect(await held.write(name, bytes("own"))).toEqual({ ok: true });
      expect(await held.names(within)).toEqual({ ok: true, names: [] });
      expect(await read(name)).toBe("own");
      expect(await held.remove(name)).toEqual({ ok: true, removed: true });
    }
  });

  test("as long as one may be comes whole; what was handed over is overwritten", async () => {
    const long = "s".repeat(limits.secretBytesMax);
    const given = bytes(long);
    expect(await keychain(service.variables).write("long", given)).toEqual({ ok: true });
    expect(given.every((byte) => byte === 0)).toBe(true);
    expect(await read("long")).toBe(long);
    // The tests of this file run in any order and share one keychain: each leaves it as it was.
    await keychain(service.variables).remove("long");
  });

  test("is not had for a process whose tool has variables that change how programs run", async () => {
    const preload = {
      BUN_OPTIONS: "--preload=/nonexistent.ts",
      NODE_OPTIONS: "--require /nonexistent",
    };
    await keychain(service.variables).write("carried", bytes("x"));
    expect(await read("carried", { ...service.variables, ...preload })).toBe("x");
    await keychain(service.variables).remove("carried");
  });
});

describe("in words and in time", () => {
  test("a bus that is not there", async () => {
    const variables = { HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/none` };
    expect(await keychain(variables).read("key", within)).toMatchObject({
      ok: false,
      trouble: "unreachable",
    });
  });

  test("no bus at all", async () => {
    const found = await keychain({ HOME: folder, XDG_RUNTIME_DIR: folder }).names(within);
    expect(found).toMatchObject({ ok: false, trouble: "unreachable" });
    if (!found.ok) expect(sayTrouble(found)).toContain("the keychain cannot be reached (");
  });

  test("a bus that never answers, given up when its time is over", async () => {
    const socket = join(folder, "mute");
    const mute = createServer(() => undefined).listen(socket);
    const variables = { HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
    expect(await keychain(variables).read("key", { withinMs: 300 })).toEqual({
      ok: false,
      trouble: "silent",
      said: "",
    });
    const stop = new AbortController();
    const asked = keychain(variables).read("key", { ...within, signal: stop.signal });
    stop.abort();
    expect(await asked).toMatchObject({ ok: false, trouble: "silent" });
    mute.close();
  });

  test("a process that answers nonsense, nothing, or half of what it promised", async () => {
    const said = ["hello\\n", "", '{"report":"secret","bytes":9}\\nhalf', '{"report":"names"}\\n'];
    for (const text of said) {
      const command = ["sh", "-c", `cat >/dev/null; printf '${text}'`] as const;
      const odd = systemKeychain({ clock: systemClock, variables: { PATH: path }, command });
      expect(await odd.read("key", within)).toMatchObject({ ok: false, trouble: "silent" });
    }
  });

  test("a keychain that is locked gives nothing away and takes nothing", async () => {
    // One of its own: tests run in any order, and nobody is there who could unlock it.
    await using own = await startSecretService(join(folder, "locked"));
    const held = keychain(own.variables);
    expect(await held.write("key", bytes("hidden"))).toEqual({ ok: true });
    own.lock();
    expect(await held.read("key", within)).toEqual({ ok: true, secret: null });
    expect(await held.write("key", bytes("other"))).toMatchObject({ ok: false, trouble: "locked" });
  });
});
