/** Automation tokens: told once, kept as a hash, and opening what their role may until they end. */
import { describe, expect, test } from "bun:test";
import { TRPCClientError } from "@trpc/client";
import { secretFaultOf } from "../../contracts/api-key.ts";
import { systemClock } from "../clock.ts";
import { sha256 } from "../crypto.ts";
import { standing } from "../testing/stand.ts";

let laterMs = 0;

const clock = { ...systemClock, now: () => Date.now() + laterMs };
const { database, service, tenant } = await standing({ clock });

const admin = async () => service.client(await service.newToken(tenant, "admin"));

/** The code with which it was refused, or `ok`. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return String(error.data?.code);
  }
}

describe("an automation token", () => {
  test("is whole, told once, and lies in the database as a hash alone", async () => {
    const made = await (await admin()).tokens.create.mutate({ label: "deploy", role: "admin" });
    expect(secretFaultOf(made.token, sha256, "abt")).toBeNull();
    const listed = await service.client(made.token).tokens.list.query();
    expect(listed.find(({ token_id }) => token_id === made.token_id)?.label).toBe("deploy");
    const [row] = await database.sql`
      SELECT t::text AS text, secret_hash FROM atlasbridge.automation_tokens t
      WHERE token_id = ${made.token_id}`;
    expect(`${JSON.stringify(listed)}${row?.["text"]}`).not.toContain(made.token);
    expect(row?.["secret_hash"]).toEqual(Buffer.from(sha256(Buffer.from(made.token))));
  });

  test("may do what its role may and no more", async () => {
    for (const role of ["viewer", "operator"] as const) {
      const client = service.client(await service.newToken(tenant, role));
      expect(await outcome(client.tokens.list.query())).toBe("FORBIDDEN");
    }
    expect(await outcome(service.client().tokens.list.query())).toBe("UNAUTHORIZED");
    const { platformToken } = service.parts;
    expect(await outcome(service.client(platformToken).tokens.list.query())).toBe("UNAUTHORIZED");
  });

  test("opens nothing once it was revoked, has expired, or its organisation is suspended", async () => {
    const boss = await admin();
    const revoked = await boss.tokens.create.mutate({ label: "a", role: "admin" });
    expect(await outcome(service.client(revoked.token).tokens.list.query())).toBe("ok");
    await boss.tokens.revoke.mutate({ token_id: revoked.token_id });
    expect(await outcome(service.client(revoked.token).tokens.list.query())).toBe("UNAUTHORIZED");

    const expires_at = Date.now() + 60_000;
    const short = await boss.tokens.create.mutate({ label: "b", role: "admin", expires_at });
    expect(await outcome(service.client(short.token).tokens.list.query())).toBe("ok");
    laterMs = 60_001;
    expect(await outcome(service.client(short.token).tokens.list.query())).toBe("UNAUTHORIZED");
    laterMs = 0;

    const platform = service.client(service.parts.platformToken).platform.tenants;
    await platform.suspend.mutate({ tenant_id: tenant, is_suspended: true });
    expect(await outcome(boss.tokens.list.query())).toBe("UNAUTHORIZED");
    await platform.suspend.mutate({ tenant_id: tenant, is_suspended: false });
    expect(await outcome(boss.tokens.list.query())).toBe("ok");
  });

  test("ends within a year, and never in the past", async () => {
    const boss = await admin();
    for (const expires_at of [0, Date.now() - 1, Date.now() + 400 * 86_400_000]) {
      const wish = { label: "c", role: "viewer" as const, expires_at };
      expect(await outcome(boss.tokens.create.mutate(wish))).toBe("BAD_REQUEST");
    }
  });

  test("is one of at most two hundred that open something", async () => {
    const many = await service.newTenant();
    const boss = service.client(await service.newToken(many, "admin"));
    const create = () => boss.tokens.create.mutate({ label: "one more", role: "viewer" });
    await database.sql`
      INSERT INTO atlasbridge.automation_tokens
        (tenant_id, token_id, label, role, secret_hash, created_at, created_by, expires_at)
      SELECT ${many}, gen_random_uuid(), 'one', 'viewer', sha256(at::text::bytea), now(), 'test',
        now() + interval '1 day'
      FROM generate_series(1, 198) AS at`;
    expect(await outcome(create())).toBe("ok");
    expect(await outcome(create())).toBe("BAD_REQUEST");
    const [newest] = await boss.tokens.list.query();
    await boss.tokens.revoke.mutate({ token_id: newest?.token_id ?? "" });
    expect(await outcome(create())).toBe("ok");
  });

  test("of another organisation is not there", async () => {
    const other = await service.newTenant();
    const stranger = service.client(await service.newToken(other, "admin"));
    const mine = await (await admin()).tokens.create.mutate({ label: "d", role: "viewer" });
    const wish = { token_id: mine.token_id };
    expect(await outcome(stranger.tokens.revoke.mutate(wish))).toBe("NOT_FOUND");
    expect(JSON.stringify(await stranger.tokens.list.query())).not.toContain(mine.token_id);
  });

  test("is written into the audit log by whoever made it, without the token", async () => {
    const made = await (await admin()).tokens.create.mutate({ label: "e", role: "viewer" });
    const [entry] = await database.sql<{ data: string }[]>`
      SELECT data FROM atlasbridge.audit_entries WHERE tenant_id = ${tenant}
      ORDER BY seq DESC LIMIT 1`;
    const data = JSON.parse(entry?.data ?? "");
    expect([data.action, data.target]).toEqual(["tokens.create", made.token_id]);
    expect([data.actor.kind, data.actor.name]).toEqual(["token", "a admin"]);
    expect(entry?.data).not.toContain(made.token);
  });
});
