/** The service as a whole: what it offers and nothing else, how it refuses, how it is, and how it stops. */
import { describe, expect, test } from "bun:test";
import { problemNames } from "../contracts/problem.ts";
import { contractDocument } from "../contracts/upload.ts";
import { appRouter } from "./router.ts";
import { needs } from "./roles.ts";
import { systemClock } from "./clock.ts";
import { createApp } from "./server.ts";
import { signedRequest, TestAgent } from "./testing/agent.ts";
import { startService, type TestService } from "./testing/service.ts";
import { standing } from "./testing/stand.ts";

const { database, service, tenant, key } = await standing();

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { headers });

const call = (procedure: string, input: unknown, token = service.parts.platformToken) =>
  fetch(`${service.url}/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(input),
  });

// The flat list by path, which the type does not tell.
const all = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
);

/** What a procedure or a refusal says, looked into without a schema. */
type Reply = { request_id: string; result: { data: Record<string, string> } };
const read = async (response: Response) => (await response.json()) as Reply;

describe("what the service offers", () => {
  test("is this, and nothing that could act on a session, a prompt or a policy", () => {
    const routes = createApp(service.parts)
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(routes)].sort()).toEqual([
      "GET /",
      "GET /auth/sign-in",
      "GET /invite/:code",
      "GET /livez",
      "GET /metrics",
      "GET /problems/:name",
      "GET /readyz",
      "GET /v1/contract",
      "GET /welcome/:code",
      "POST /auth/sign-out",
      "POST /v1/keys/successor",
      "POST /v1/traces",
      "POST /welcome/:code",
    ]);
    const anyMethod = createApp(service.parts).routes.filter(({ method }) => method === "ALL");
    expect([...new Set(anyMethod.map(({ path }) => path))].sort()).toEqual([
      ...["/*", "/auth/*", "/invite/*", "/trpc/*", "/welcome/*"],
    ]);
  });

  test("by procedures is reading and administering: each of them is in the table of roles", () => {
    expect(all.map(([name]) => name).sort()).toEqual([...needs.keys()].sort());
    const mutations = all.filter(([, { _def }]) => _def.type === "mutation");
    // Whoever adds one here says that it observes or administers, and acts on no machine.
    expect(mutations.map(([name]) => name).sort()).toEqual([
      ...["agents.label", "agents.register", "agents.revoke"],
      "incidents.acknowledge",
      ...["invitations.create", "invitations.revoke", "keys.create", "keys.revoke", "keys.rotate"],
      ...[
        "me.endSession",
        "me.endSessions",
        "me.switchTenant",
        "members.remove",
        "members.setRole",
      ],
      ...["platform.invitations.create", "platform.keyring.rotate", "platform.keys.create"],
      ...["platform.keys.revoke", "platform.keys.rotate", "platform.tenants.create"],
      ...["platform.tenants.delete", "platform.tenants.setLimits", "platform.tenants.suspend"],
      ...["settings.update", "tokens.create", "tokens.revoke"],
    ]);
  });

  test("needs a token for every procedure, and tells nobody why not", async () => {
    for (const [name, { _def }] of all) {
      for (const token of ["", "wrong", `${service.parts.platformToken}x`]) {
        const response =
          _def.type !== "mutation"
            ? await get(`/trpc/${name}?input=%7B%7D`, { authorization: `Bearer ${token}` })
            : await call(name, {}, token);
        // A stream has begun with 200 before it says anything.
        expect(response.status).toBe(_def.type === "subscription" ? 200 : 401);
        const text = await response.text();
        expect(text).toContain("UNAUTHORIZED");
        expect(text).not.toContain("stack");
      }
    }
  });

  test("to a path that is not there is a plain no", async () => {
    for (const path of ["/v1/sessions", "/v1/traces", "/problems/nothing", "/.env"]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test("by every reply are headers that keep a browser from making anything of it", async () => {
    for (const path of ["/", "/livez", "/v1/contract", "/problems/chain-fork", "/trpc/x"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("anybody", () => {
  test("reads the contract", async () => {
    const contract = contractDocument.parse(await (await get("/v1/contract")).json());
    expect(contract.witness_key).toBe(service.parts.witness.verifierKey);
    expect(contract.encodings).toEqual(["zstd", "gzip", "identity"]);
  });

  test.each(problemNames)("reads what %s means", async (name) => {
    const response = await get(`/problems/${name}`);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain(`<h1>${name} (`);
    expect(page).not.toContain("<script");
  });

  test("sees whether it lives and is ready", async () => {
    expect(await (await get("/livez")).json()).toEqual({ live: true });
    expect(await (await get("/readyz")).json()).toEqual({
      ...{ ready: true, database: "ok", limits: "alone", stopping: false },
    });
  });
});

describe("platform staff", () => {
  test("make tenants and their keys, which open the service at once", async () => {
    const made = await call("platform.tenants.create", { name: "Example Ltd" });
    const { tenant_id = "" } = (await read(made)).result.data;
    const { result } = await read(await call("platform.keys.create", { tenant_id }));
    const { secret = "", key_id = "" } = result.data;
    const agent = new TestAgent();
    const own = { key_id, secret };
    const batch = agent.batch({ from: 1, to: 2, key: own });
    expect((await service.post(signedRequest(batch, { key: own }))).status).toBe(202);
    const listed = await get(
      `/trpc/platform.keys.list?input=${encodeURIComponent(JSON.stringify({ tenant_id }))}`,
      { authorization: `Bearer ${service.parts.platformToken}` },
    );
    const text = await listed.text();
    expect(text).toContain(key_id);
    expect(text).not.toContain(secret);
  });

  test("are told what is wrong with what they ask", async () => {
    expect((await call("platform.tenants.create", { name: "" })).status).toBe(400);
    expect((await call("platform.tenants.create", { name: "a\u001b[31m" })).status).toBe(400);
    const missing = { tenant_id: tenant, key_id: "abk_00000000000000000" };
    expect((await call("platform.keys.revoke", missing)).status).toBe(404);
    const nobodys = await call("platform.keys.create", {
      tenant_id: "01a22b6b-0000-7000-8000-000000000000",
    });
    expect(nobodys.status).toBe(404);
    expect(await nobodys.text()).not.toContain("api_keys");
  });

  test("suspend a tenant, whose keys then open nothing, until it is resumed", async () => {
    const suspended = await service.newTenant();
    const own = await service.newKey(suspended);
    const agent = new TestAgent();
    const post = async (from: number, to: number) =>
      (await service.post(signedRequest(agent.batch({ from, to, key: own }), { key: own }))).status;
    expect(await post(1, 2)).toBe(202);
    const set = (is_suspended: boolean) =>
      call("platform.tenants.suspend", { tenant_id: suspended, is_suspended });
    expect((await set(true)).status).toBe(200);
    agent.session(1);
    expect(await post(3, 4)).toBe(401);
    await set(false);
    expect(await post(3, 4)).toBe(202);
  });
});

describe("figures and log", () => {
  test("count what happens, without naming a tenant", async () => {
    const agent = new TestAgent();
    await service.post(signedRequest(agent.batch({ from: 1, to: 2, key }), { key }));
    await service.post({ method: "POST", headers: {}, body: new Uint8Array(3) });
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(/atlasbridge_entries_total\{outcome="accepted"\} [1-9]/);
    expect(text).toMatch(/atlasbridge_refusals_total\{problem="invalid-signature"\} [1-9]/);
    expect(text).not.toContain(tenant);
    expect(text).not.toContain(key.key_id);
  });

  test("name the request and the tenant of a refusal, and never a secret or what was sent", async () => {
    const agent = new TestAgent();
    agent.write({ kind: "reply.received", data: { by: "cli" }, content: { reply: "MARKED-TEXT" } });
    const gap = agent.batch({ from: 3, to: 3, key });
    const response = await service.post(signedRequest(gap, { key }));
    const { request_id } = await read(response);
    const line = service.log.find((one) => one.includes(request_id)) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      ...{ level: "info", event: "refused", tenant_id: tenant, problem: "sequence-gap" },
    });
    const all = service.log.join("");
    expect(all).not.toContain("MARKED-TEXT");
    expect(all).not.toContain("abs_");
  });
});

/** Resolves when a request of that service is believed, and not dealt with yet. */
function believed({ parts: { limiter } }: TestService): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const take = limiter.take.bind(limiter);
  limiter.take = (scope, name, own) => {
    if (scope === "tenant") resolve();
    return take(scope, name, own);
  };
  return promise;
}

describe("stopping", () => {
  const manyEntries = () => {
    const agent = new TestAgent();
    agent.session(100);
    return { agent, sent: signedRequest(agent.batch({ from: 1, to: 400, key }), { key }) };
  };
  const storedOf = async ({ id }: TestAgent): Promise<number> => {
    const [row] = await database.sql<{ n: number }[]>`
      SELECT count(*)::int AS n FROM atlasbridge.trace_entries WHERE agent_id = ${id}`;
    return row?.n ?? 0;
  };

  test("finishes what is under way, then takes nothing more", async () => {
    const other = await startService(database);
    const { agent, sent } = manyEntries();
    const isBelieved = believed(other);
    const underWay = other.post(sent);
    await isBelieved;
    const stopped = other.stop();
    expect((await underWay).status).toBe(202);
    await stopped;
    expect(fetch(`${other.url}/livez`)).rejects.toThrow();
    expect(await storedOf(agent)).toBe(400);
  });

  test("with a request that its database keeps waiting, it cuts that off untold and ends", async () => {
    // A second is over fifty times as soon, but for what PostgreSQL counts.
    const after = (ms: number, call: () => void) => systemClock.after(ms / 50, call);
    const monotonicMs = () => systemClock.monotonicMs() * 50;
    const other = await startService(database, { clock: { ...systemClock, after, monotonicMs } });
    const { agent, sent } = manyEntries();
    await database.sql`INSERT INTO atlasbridge.agents (tenant_id, agent_id) VALUES (${tenant}, ${agent.id})`;
    const told = await database.sql.begin(async (sql) => {
      await sql`SELECT 1 FROM atlasbridge.agents WHERE agent_id = ${agent.id} FOR UPDATE`;
      const isBelieved = believed(other);
      const underWay = other.post(sent).then(
        ({ status }) => status,
        () => "nothing",
      );
      await isBelieved;
      await other.stop();
      return { answer: await underWay };
    });
    expect(told).toEqual({ answer: "nothing" });
    expect(other.log.some((line) => line.includes('"requests_cut","requests":1'))).toBe(true);
    expect(await storedOf(agent)).toBe(0);
    // Nothing was acknowledged, so it is sent again, and counts once.
    const again = signedRequest(agent.batch({ from: 1, to: 400, key }), { key });
    expect((await service.post(again)).status).toBe(202);
    expect(await storedOf(agent)).toBe(400);
  }, 30_000);
});
