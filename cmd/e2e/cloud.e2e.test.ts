/** The service as its users have it: one executable that brings its database, is administered, killed, and started again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { acknowledgement } from "../../contracts/upload.ts";
import { TestBrowser } from "../../cloud/testing/browser.ts";
import { signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";

const binary = resolve(import.meta.dir, "../../dist/atlasbridge-cloud");
let home = "";
let service: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "abc-e2e-"));
  // PostgreSQL's own account passes through.
  chmodSync(home, 0o711);
  service = await start();
}, 120_000);

afterAll(async () => {
  service.child.kill("SIGTERM");
  await service.child.exited;
  rmSync(home, { recursive: true, force: true });
}, 30_000);

/** Of a person who has nothing but this folder. */
const environment = () => ({ PATH: process.env["PATH"] ?? "", HOME: home });

async function start() {
  const words = ["serve", "--port", "0", "--home", home, "--json"];
  const child = Bun.spawn([binary, ...words], {
    ...{ env: environment(), cwd: "/", stdout: "pipe", stderr: Bun.file(join(home, "log")) },
  });
  for await (const chunk of child.stdout) {
    const { url, sign_in }: { url: string; sign_in: string } = JSON.parse(
      new TextDecoder().decode(chunk),
    );
    return { child, url, sign_in };
  }
  throw new Error(`it did not start: ${readFileSync(join(home, "log"), "utf8")}`);
}

function run(...words: string[]) {
  const done = Bun.spawnSync([binary, ...words, "--home", home, "--json"], { env: environment() });
  if (done.exitCode !== 0) throw new Error(done.stderr.toString());
  return JSON.parse(done.stdout.toString());
}

type Admin = { token: string; tenant_id: string };
let admin: Promise<Admin> | null = null;

/** The link that the service prints signs in once. */
const adminToken = (): Promise<Admin> => (admin ??= newAdminToken());

/** Made as an admin makes it: signed in with that link. */
async function newAdminToken(): Promise<Admin> {
  const browser = new TestBrowser();
  const headers = { origin: service.url, "content-type": "application/json" };
  await browser.once(service.sign_in, { method: "POST", headers });
  const shown = await browser.once(`${service.url}/trpc/me.show`);
  const body = JSON.stringify({ label: "operations", role: "admin" });
  const made = await browser.once(`${service.url}/trpc/tokens.create`, {
    ...{ method: "POST", headers, body },
  });
  const [me, token] = [reply.parse(await shown.json()), reply.parse(await made.json())];
  return { token: token.result.data.token ?? "", tenant_id: me.result.data.tenant_id ?? "" };
}

const reply = z.object({
  result: z.object({
    data: z.object({ token: z.string().optional(), tenant_id: z.string().optional() }),
  }),
});

const post = (agent: TestAgent, key: TestKey, [from, to]: [number, number]) =>
  fetch(
    `${service.url}/v1/traces`,
    signedRequest(agent.batch({ from, to, key, witnessed: from - 1 }), { key, encoding: "zstd" }),
  );

describe("one executable", () => {
  test("brings its database, makes a tenant and a key, and takes what the key signs", async () => {
    const { tenant_id } = run("tenant", "create", "Example Ltd");
    expect(run("tenant", "list")).toContainEqual(
      expect.objectContaining({ tenant_id, name: "Example Ltd" }),
    );
    const key: TestKey = run("keys", "create", tenant_id, "--label", "machines");
    const agent = new TestAgent();
    agent.session(2);
    expect((await post(agent, key, [1, 4])).status).toBe(202);
    const rotated = run("keys", "rotate", tenant_id, key.key_id, "--overlap", "1");
    expect((await post(agent, key, [5, 6])).status).toBe(202);
    expect((await post(agent, rotated, [7, 8])).status).toBe(202);
    run("keys", "revoke", tenant_id, key.key_id);
    expect((await post(agent, key, [9, 9])).status).toBe(401);
    expect(run("keys", "list", tenant_id)).toHaveLength(2);
    expect(run("doctor").findings.every(({ ok }: { ok: boolean }) => ok)).toBeTrue();
  });

  test("invites the first admin, and rotates the ring under which secrets lie", () => {
    const { tenant_id } = run("tenant", "create", "Invited Ltd");
    const { link, email } = run("invite", tenant_id, "Ada@Example.com");
    expect([link, email]).toEqual([
      expect.stringContaining(`${service.url}/invite/abi_`),
      "ada@example.com",
    ]);
    run("keys", "create", tenant_id);
    expect(run("keyring", "rotate")).toMatchObject({ version: 1, keys: 0 });
  });

  test("lets operations rotate keys through procedures: the documented script, and the command", async () => {
    const { token, tenant_id } = await adminToken();
    const key: TestKey = run("keys", "create", tenant_id);
    const script = resolve(import.meta.dir, "../../docs/rotate-keys.ts");
    const env = { ...environment(), ATLASBRIDGE_CLOUD_URL: service.url, ATLASBRIDGE_TOKEN: token };
    const done = Bun.spawnSync([process.execPath, script], { env });
    const said = new RegExp(`${key.key_id} -> (abk_\\w+) (abs_\\w+)`).exec(done.stdout.toString());
    const next = { key_id: said?.[1] ?? "", secret: said?.[2] ?? "" };
    expect([done.exitCode, next.key_id]).toEqual([0, expect.stringContaining("abk_")]);
    const agent = new TestAgent();
    agent.session(1);
    expect((await post(agent, key, [1, 2])).status).toBe(202);
    expect((await post(agent, next, [3, 4])).status).toBe(202);
    const words = ["keys", "rotate", next.key_id, "--url", service.url, "--json"];
    const again = Bun.spawnSync([binary, ...words], { env });
    expect(JSON.parse(again.stdout.toString())).toMatchObject({ old_key_id: next.key_id });
    // docs/cloud.md shows what was run here, word for word.
    const code = readFileSync(script, "utf8").replace(/^\/\*\*.*\n/, "");
    expect(readFileSync(resolve(import.meta.dir, "../../docs/cloud.md"), "utf8")).toContain(code);
  });

  test("limits an organisation, and writes all its data to a file for its admin", async () => {
    const { token, tenant_id } = await adminToken();
    expect(run("tenant", "limits", tenant_id, "--agents", "5", "--requests", "default")).toEqual({
      ...{ requests_per_minute: null, agents_max: 5, keys_max: null, members_max: null },
    });
    expect(run("tenant", "limits", tenant_id)).toMatchObject({ agents_max: 5 });
    const key: TestKey = run("keys", "create", tenant_id);
    const agent = new TestAgent();
    agent.session(2);
    expect((await post(agent, key, [1, 4])).status).toBe(202);
    const file = join(home, "export.jsonl");
    const words = ["tenant", "export", "--url", service.url, "--output", file, "--json"];
    const env = { ...environment(), ATLASBRIDGE_TOKEN: token };
    const done = Bun.spawnSync([binary, ...words], { env });
    expect([done.exitCode, done.stderr.toString()]).toEqual([0, ""]);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(JSON.parse(done.stdout.toString())).toEqual({ file, lines: lines.length });
    expect(statSync(file).mode & 0o077).toBe(0);
    const [head, ...rows] = lines.map((line) => JSON.parse(line));
    expect(head).toMatchObject({ format: "atlasbridge.tenant-export/1", tenant_id });
    const entries = rows.filter(({ table }) => table === "trace_entries");
    expect(entries.filter(({ row }) => row.agent_id === agent.id)).toHaveLength(4);
    expect(rows.every(({ row }) => row.tenant_id === tenant_id)).toBeTrue();
    expect(lines.join()).not.toContain("sealed_secret");
    // It writes over nothing that is there.
    expect(Bun.spawnSync([binary, ...words], { env }).exitCode).not.toBe(0);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toEqual(lines);
  });

  test("keeps its secrets in files that nobody else reads", () => {
    for (const name of ["key-ring", "witness.key", "platform-token", "postgres-passwords.json"]) {
      expect(statSync(join(home, name)).mode & 0o077).toBe(0);
    }
    expect(readFileSync(join(home, "log"), "utf8")).not.toContain("abs_");
  });

  test("killed without a word, it has lost nothing that it acknowledged, and goes on", async () => {
    const { tenant_id } = run("tenant", "create", "Killed Ltd");
    const key: TestKey = run("keys", "create", tenant_id);
    const agent = new TestAgent();
    agent.session(100);
    let acked = 0;
    const sending = (async () => {
      for (let at = 1; at <= 400; at += 4) {
        const response = await post(agent, key, [at, at + 3]);
        acked = acknowledgement.parse(await response.json()).acked_seq;
        if (at === 41) service.child.kill("SIGKILL");
      }
    })();
    expect(sending).rejects.toThrow();
    await service.child.exited;
    await sending.catch(() => {});
    service = await start();
    // The client re-sends what was not acknowledged; the service says how much of it is there.
    const again = acknowledgement.parse(
      await (await post(agent, key, [acked + 1, acked + 8])).json(),
    );
    expect(again.accepted + again.duplicates).toBe(8);
    expect(again.acked_seq).toBe(acked + 8);
    const all = acknowledgement.parse(
      await (
        await fetch(
          `${service.url}/v1/traces`,
          signedRequest(agent.batch({ from: 1, to: acked + 8, key }), { key }),
        )
      ).json(),
    );
    expect([all.accepted, all.duplicates]).toEqual([0, acked + 8]);
  }, 60_000);

  test("told to end, it ends within ten seconds, and its database with it", async () => {
    service.child.kill("SIGTERM");
    const late = Bun.sleep(10_000).then(() => "late");
    expect(await Promise.race([service.child.exited, late])).toBe(0);
    expect(readFileSync(join(home, "log"), "utf8")).toContain('"event":"stopped"');
    expect(existsSync(join(home, "postgres", "data", "postmaster.pid"))).toBeFalse();
    service = await start();
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  }, 60_000);
});
