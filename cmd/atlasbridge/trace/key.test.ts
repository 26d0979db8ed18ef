/** The agent's key is shown, moved into a real keychain and back, and changed; the trace stays whole through all of it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import { traceKeyView, traceVerifyView } from "../../../contracts/views.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { systemKeychain } from "../../../runtime/keychain/ask.ts";
import {
  type SecretService,
  startSecretService,
} from "../../../runtime/keychain/secret-service.example.ts";
import * as draft from "../../../runtime/trace/drafts.example.ts";
import { keychainEntry } from "../../../runtime/trace/key-file.ts";
import { openCli } from "../cli.ts";
import { ownRedactorOrDefault } from "../redaction.ts";
import { type Home, signedHome } from "./cli.example.ts";
import { openOwnStore, ownKey } from "./own-store.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasbridge-key-"));
let service: SecretService;

beforeAll(async () => {
  service = await startSecretService(folder);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const keyFile = (home: Home): string => join(home.folder, "agent.key");

async function shown(home: Home) {
  const { code, out } = await home.run("trace", "key", "show", "--json");
  expect(code).toBe(0);
  return traceKeyView.parse(JSON.parse(out));
}

async function verified(home: Home) {
  const { out } = await home.run("trace", "verify", "--json");
  const { report } = traceVerifyView.parse(JSON.parse(out));
  if (report === null) throw new Error("there must be a trace");
  return report;
}

function keychain() {
  return systemKeychain({
    clock: systemClock,
    variables: { PATH: process.env["PATH"] ?? "", ...service.variables },
  });
}

/** A session of this machine, signed by the key wherever it lies. */
async function session(home: Home): Promise<string[]> {
  const told: string[] = [];
  const cli = openCli({ home: home.folder });
  cli.environment = { ...cli.environment, variables: { ...home.variables } };
  const keys = ownKey(cli, (line) => told.push(line));
  const store = openOwnStore(cli, ownRedactorOrDefault(cli), { keys });
  await keys.had((await shown(home)).public_key);
  draft.writeSession(store, 1);
  store.close();
  return told;
}

describe("in the keychain", () => {
  test("the same key goes in and comes back, signs from there, and no policy can ask for it", async () => {
    const home = signedHome();
    home.variables = service.variables;
    const before = await shown(home);
    expect(before.kept_in).toBe("file");
    expect((await home.run("trace", "key", "move", "keychain")).code).toBe(0);
    expect(readFileSync(keyFile(home), "utf8")).not.toContain("PRIVATE");
    const inside = await shown(home);
    expect(inside).toEqual({ ...before, kept_in: "keychain" });
    const names = await keychain().names({ withinMs: limits.keychainAskMs });
    expect(names).toEqual({ ok: true, names: [] });
    expect(await session(home)).toEqual([]);
    const report = await verified(home);
    expect(report).toMatchObject({ ok: true, signed_to: report.entries });

    expect((await home.run("trace", "key", "move", "file")).code).toBe(0);
    expect(await shown(home)).toEqual(before);
    const entry = keychainEntry(before.public_key);
    const left = await keychain().read(entry, { withinMs: limits.keychainAskMs });
    expect(left).toEqual({ ok: true, secret: null });
    expect(await session(home)).toEqual([]);
    expect((await verified(home)).ok).toBe(true);
  });

  test("a rotation stays in it, and leaves only the new key there", async () => {
    const home = signedHome();
    home.variables = service.variables;
    await home.run("trace", "key", "move", "keychain");
    const before = await shown(home);
    expect((await home.run("trace", "key", "rotate")).code).toBe(0);
    const after = await shown(home);
    expect(after.kept_in).toBe("keychain");
    expect(after.public_key).not.toBe(before.public_key);
    const read = async (publicKey: string) =>
      await keychain().read(keychainEntry(publicKey), { withinMs: limits.keychainAskMs });
    expect(await read(before.public_key)).toEqual({ ok: true, secret: null });
    expect((await read(after.public_key)).ok).toBe(true);
    expect(await session(home)).toEqual([]);
    const report = await verified(home);
    expect(report).toMatchObject({ ok: true, signed_to: report.entries });
    expect(report.keys.map(({ vouched }) => vouched)).toEqual(["first", "yes"]);
    await keychain().remove(keychainEntry(after.public_key));
  });

  test("that cannot be reached: the session is recorded, nothing is signed, no key is made", async () => {
    const home = signedHome();
    home.variables = service.variables;
    await home.run("trace", "key", "move", "keychain");
    const before = readFileSync(keyFile(home), "utf8");
    home.variables = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/none`, HOME: folder };
    const told = await session(home);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("nothing of it signed");
    expect(readFileSync(keyFile(home), "utf8")).toBe(before);
    const report = await verified(home);
    expect(report.ok).toBe(true);
    expect(report.signed_to).toBeLessThan(report.entries - 5);
    const { code, error } = await home.run("trace", "key", "rotate");
    expect({ code, error }).toMatchObject({ code: 1, error: expect.stringContaining("keychain") });
    expect((await home.run("trace", "key", "move", "file")).code).toBe(1);
  });
});

describe("in a file", () => {
  test("it is changed, and who did it is written down", async () => {
    const home = signedHome();
    const before = await shown(home);
    const { code, out } = await home.run("trace", "key", "rotate");
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("fingerprint") });
    expect((await shown(home)).public_key).not.toBe(before.public_key);
    const report = await verified(home);
    expect(report).toMatchObject({ ok: true, signed_to: report.entries });
    const tail = (await home.run("trace", "tail", "-n", "2")).out;
    expect(tail).toMatch(/operator\.acted +trace key rotate by cli\n.*key\.changed/);
    expect((await home.run("trace", "verify", "--key", before.key ?? "")).code).toBe(0);
    expect((await home.run("trace", "verify", "--key", "x")).code).toBe(4);
  });

  test("that is gone: rotate says how to go on, and --lost does and is told by verify", async () => {
    const home = signedHome();
    expect((await home.run("trace", "key", "rotate", "--lost")).error).toContain("is not lost");
    rmSync(keyFile(home));
    expect((await home.run("trace", "key", "rotate")).error).toContain("rotate --lost");
    expect(existsSync(keyFile(home))).toBe(false);
    expect((await home.run("trace", "key", "rotate", "--lost")).code).toBe(0);
    const { code, out } = await home.run("trace", "verify");
    expect(code).toBe(0);
    expect(out).toContain("because the one before it was lost: nobody vouches");
  });

  test("is not for a governed tool to change", async () => {
    const home = signedHome();
    home.variables = { ATLASBRIDGE_SESSION: draft.newSession() };
    for (const words of [["rotate"], ["move", "keychain"]]) {
      expect((await home.run("trace", "key", ...words)).code).toBe(3);
    }
  });
});
