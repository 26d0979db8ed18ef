/** The binary and the real service with its PostgreSQL: what was recorded here stands there, and is vouched for on both sides. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../../cloud/testing/service.ts";
import { revokeKey, rotateKey } from "../../cloud/keys/keys.ts";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import { answersContinue, governed } from "./policies.ts";
import { type Ended, piped, pipedProgram } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

let database: TestDatabase;
let service: TestService;
beforeAll(async () => {
  database = await startDatabase();
  service = await startService(database);
});
afterAll(async () => {
  await service.stop();
  await database.stop();
});

const argv = ["bash", "-c", 'read -p "Continue? [y/n] " a; echo "got=$a"'];

async function governedOnce(world: World): Promise<void> {
  expect(await piped(world, governed(world, answersContinue, argv))).toMatchObject({ code: 0 });
}

type Enrolled = { tenantId: string; keyId: string; secret: string };

async function enrolled(world: World): Promise<Enrolled> {
  const tenantId = await service.newTenant();
  const { key_id: keyId, secret } = await service.newKey(tenantId);
  const args = ["cloud", "enroll", "--url", service.url, "--key-id", keyId];
  expect(await piped(world, args, { stdin: secret })).toMatchObject({ code: 0 });
  return { tenantId, keyId, secret };
}

const sync = (world: World): Promise<Ended> => piped(world, ["cloud", "sync", "--json"]);

async function exported(world: World): Promise<string> {
  return world.write("export.jsonl", (await piped(world, ["trace", "export"])).stdout);
}

/** Read beside the program, which would record that it was asked. */
function hashesHere(world: World): string[] {
  const reader = openSqliteReader(join(world.home, "trace.db"));
  const hashes = [...reader.rows()].map(({ hash }) => hash);
  reader.close();
  return hashes;
}

type Row = {
  seq: string;
  hash: Uint8Array;
  content: string | null;
  salt: Uint8Array | null;
  shown: string | null;
};

async function rowsThere(tenantId: string): Promise<Row[]> {
  return await database.sql<Row[]>`
    SELECT seq, hash, content, salt, shown FROM atlasbridge.trace_entries
    WHERE tenant_id = ${tenantId} ORDER BY seq`;
}

const hashesThere = async (tenantId: string): Promise<string[]> =>
  (await rowsThere(tenantId)).map(({ hash }) => new Uint8Array(hash).toHex());

test("a governed session stands there as it stands here, and the witness's word is kept on both sides", async () => {
  await using world = new World();
  await governedOnce(world);
  const { tenantId } = await enrolled(world);
  await governedOnce(world);
  expect(await sync(world)).toMatchObject({ code: 0 });
  const here = hashesHere(world);
  expect(here.length).toBeGreaterThan(15);
  expect(await hashesThere(tenantId)).toEqual(here);
  const rows = await rowsThere(tenantId);
  expect(rows.every(({ content, salt }) => content === null && salt === null)).toBe(true);
  const [kept] = await database.sql<{ cosignature: string; size: string }[]>`
    SELECT cosignature, size FROM atlasbridge.trace_checkpoints
    WHERE tenant_id = ${tenantId} ORDER BY size DESC LIMIT 1`;
  expect(Number(kept?.size)).toBe(here.length);
  const verified = JSON.parse((await piped(world, ["trace", "verify", "--json"])).stdout);
  expect(verified.report).toMatchObject({
    ok: true,
    witnesses: [{ name: "atlasbridge/witness", to_seq: here.length }],
  });
});

test("who writes the trace anew, with its key and all that lies beside it, is told by the witness", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  await governedOnce(world);
  await sync(world);
  const trace = new Database(join(world.home, "trace.db"));
  const [row] = trace.query<{ seq: number }, []>("SELECT max(seq) AS seq FROM entries").all();
  const cut = (row?.seq ?? 0) - 3;
  trace.run(`DELETE FROM entries WHERE seq > ${cut}`);
  trace.run(`DELETE FROM checkpoints WHERE size > ${cut}`);
  trace.run("DELETE FROM tree");
  trace.close();
  rmSync(join(world.home, "trace.db.checkpoint"));
  const { code, stdout } = await piped(world, ["trace", "verify"]);
  expect(code).toBe(4);
  expect(stdout).toContain("truncated: the witness atlasbridge/witness signed");
});

test("the client in Python is taken at its word, by the same service and by another tenant", async () => {
  await using world = new World();
  await governedOnce(world);
  const { keyId, secret, tenantId } = await enrolled(world);
  await sync(world);
  await governedOnce(world);
  const file = await exported(world);
  const hashes = world.lines("export.jsonl").flatMap((line) => JSON.parse(line).hash ?? []);
  const client = join(import.meta.dir, "..", "..", "contracts", "upload_client.py");
  const send = (key: string, stdin: string, ...more: string[]) => {
    const words = ["python3", client, file, "--url", service.url, "--key-id", key, ...more];
    return pipedProgram(words, { stdin, env: world.env(), cwd: world.folder });
  };
  const sent = await send(keyId, secret);
  expect({ code: sent.code, said: sent.stdout }).toMatchObject({ code: 0 });
  // That it was exported is the last entry, and no checkpoint covers it yet.
  expect(await hashesThere(tenantId)).toEqual(hashes.slice(0, -1));
  const other = await service.newTenant();
  const key = await service.newKey(other);
  expect(await send(key.key_id, key.secret, "--gzip", "--content")).toMatchObject({ code: 0 });
  const rows = await rowsThere(other);
  expect(rows.some(({ content }) => content?.includes("Continue?"))).toBe(true);
  // What the Python client took there is known here when this side goes on.
  expect(await sync(world)).toMatchObject({ code: 0 });
});

test("an older copy put back is a fork: told with exit code 4, and an incident on both sides", async () => {
  await using world = new World();
  await governedOnce(world);
  const { tenantId } = await enrolled(world);
  const trace = join(world.home, "trace.db");
  copyFileSync(trace, world.path("older.db"));
  await governedOnce(world);
  expect(await sync(world)).toMatchObject({ code: 0 });
  copyFileSync(world.path("older.db"), trace);
  for (const end of ["-wal", "-shm"]) if (existsSync(trace + end)) rmSync(trace + end);
  await governedOnce(world);
  const ended = await sync(world);
  expect(ended.code).toBe(4);
  expect(JSON.parse(ended.stdout).trouble).toMatchObject({ problem: "chain-fork", stopped: true });
  const [incident] = await database.sql<{ kind: string }[]>`
    SELECT kind FROM atlasbridge.trace_incidents WHERE tenant_id = ${tenantId}`;
  expect(incident?.kind).toBe("chain-fork");
  expect((await piped(world, ["trace", "tail"])).stdout).toContain("upload.incident");
});

test("content goes where its operator and its tenant both allow it", async () => {
  await using world = new World();
  await governedOnce(world);
  const { tenantId } = await enrolled(world);
  await piped(world, ["config", "set", "cloud.content", "full"]);
  await database.sql`
    INSERT INTO atlasbridge.tenant_settings (tenant_id, content_allowed) VALUES (${tenantId}, false)
    ON CONFLICT (tenant_id) DO UPDATE SET content_allowed = false`;
  expect(await sync(world)).toMatchObject({ code: 0 });
  const forbidden = await rowsThere(tenantId);
  expect(forbidden.every(({ content }) => content === null)).toBe(true);
  await database.sql`
    UPDATE atlasbridge.tenant_settings SET content_allowed = true WHERE tenant_id = ${tenantId}`;
  await governedOnce(world);
  expect(await sync(world)).toMatchObject({ code: 0 });
  const rows = await rowsThere(tenantId);
  expect(rows.some(({ content }) => content?.includes("Continue?"))).toBe(true);
  await piped(world, ["config", "set", "cloud.content", "fingerprint"]);
  await governedOnce(world);
  expect(await sync(world)).toMatchObject({ code: 0 });
  expect(await hashesThere(tenantId)).toEqual(hashesHere(world));
  // What is only shown of it has no salt that could prove it.
  const [last] = (await rowsThere(tenantId)).filter(({ shown }) => shown?.includes("hmac-"));
  expect(last).toMatchObject({ content: null, salt: null });
});

test("a key that was revoked stops the upload, and its operator is told what to do", async () => {
  await using world = new World();
  await governedOnce(world);
  const { tenantId, keyId } = await enrolled(world);
  await revokeKey(service.parts, tenantId, keyId);
  const ended = await piped(world, ["cloud", "sync"]);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain("the key was revoked");
  expect((await piped(world, ["cloud", "status"])).stdout).toContain("(revoked-key");
  expect(await rowsThere(tenantId)).toHaveLength(0);
});

test("a key that is rotated there is followed by the machine itself, where its owner lets it", async () => {
  await using world = new World();
  await governedOnce(world);
  const { tenantId, keyId } = await enrolled(world);
  const rotated = await rotateKey(service.parts, tenantId, { keyId });
  const warned = await piped(world, ["cloud", "sync"]);
  expect(warned).toMatchObject({ code: 0 });
  expect(warned.stderr).toMatch(/the key that signs stops working in 2[34] h/);
  await piped(world, ["config", "set", "cloud.auto_rotate", "true"]);
  expect(await sync(world)).toMatchObject({ code: 0 });
  const status = JSON.parse((await piped(world, ["cloud", "status", "--json"])).stdout);
  expect(status).toMatchObject({ key_id: rotated.key_id, waiting: 0 });
  await revokeKey(service.parts, tenantId, keyId);
  expect(await sync(world)).toMatchObject({ code: 0 });
  expect(await hashesThere(tenantId)).toEqual(hashesHere(world));
});
