/** A tenant administered by its admins: members, keys, agents, settings, and a log of it that shows any change. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { agentId } from "../../contracts/ids.ts";
import { newKeyRingText, parseKeyRing } from "../keys/ring.ts";
import { systemRandom } from "../random.ts";
import { signedRequest, TestAgent } from "../testing/agent.ts";
import { startWorld, type World } from "../testing/login.ts";
import { refusalOf } from "../testing/refusal.ts";
import { type SmtpSink, startSmtp } from "../testing/smtp.ts";
import { startService, type TestClient } from "../testing/service.ts";

let world: World;
let smtp: SmtpSink;
let tenant: string;
let admin: TestClient;

beforeAll(async () => {
  smtp = startSmtp();
  const mail = { url: smtp.url, from: "AtlasBridge <cloud@example.com>" };
  world = await startWorld({ mail });
}, 60_000);
beforeEach(async () => {
  tenant = await world.service.newTenant();
  admin = world.service.client(await world.service.newToken(tenant, "admin"));
  smtp.isRefusing = false;
  smtp.letters.length = 0;
});
afterAll(async () => {
  smtp.stop();
  await world.stop();
}, 30_000);

const platform = () => world.service.client(world.service.parts.platformToken).platform;
const members = async () => await admin.members.list.query();

describe("the last admin", () => {
  test("cannot be demoted or removed, not even by themselves", async () => {
    const browser = await world.signedIn(tenant, "admin");
    const { person_id } = await world.pageOf(browser).me.show.query();
    const which = { person_id: person_id ?? "" };
    for (const who of [admin, world.pageOf(browser)]) {
      const demoted = who.members.setRole.mutate({ ...which, role: "viewer" });
      expect(await refusalOf(demoted)).toContain("BAD_REQUEST: this is the last admin");
      expect(await refusalOf(who.members.remove.mutate(which))).toContain("last admin");
    }
  });

  test("is left when two admins remove or demote each other at once", async () => {
    for (let round = 0; round < 5; round += 1) {
      const own = await world.service.newTenant();
      const [one, two] = [await world.signedIn(own, "admin"), await world.signedIn(own, "admin")];
      const [first, second] = [world.pageOf(one), world.pageOf(two)];
      const [a, b] = [await first.me.show.query(), await second.me.show.query()];
      const outcomes = await Promise.all([
        refusalOf(first.members.remove.mutate({ person_id: b.person_id ?? "" })),
        refusalOf(second.members.setRole.mutate({ person_id: a.person_id ?? "", role: "viewer" })),
      ]);
      expect(outcomes.filter((one) => one === "none").length).toBe(1);
      const rows = await world.database.sql`
        SELECT 1 FROM atlasbridge.memberships WHERE tenant_id = ${own} AND role = 'admin'`;
      expect(rows.length).toBe(1);
    }
  });
});

describe("an invitation", () => {
  test("goes by e-mail, and then its link is told to nobody else", async () => {
    const made = await admin.invitations.create.mutate({
      email: "Ada@Example.com",
      role: "operator",
    });
    expect(made).toMatchObject({ email: "ada@example.com", mailed: true, link: null });
    expect(smtp.letters).toHaveLength(1);
    const letter = (smtp.letters[0] ?? "").replaceAll("=\r\n", "").replaceAll("=3D", "=");
    expect(letter).toContain("To: ada@example.com");
    expect(letter).toContain("Subject: Join A tenant on AtlasBridge");
    const link = new RegExp(`${world.service.url}/invite/abi_\\w+`).exec(letter)?.[0] ?? "";
    expect(await (await fetch(link)).text()).toContain("Join A tenant");
  });

  test("is a letter that says nothing which a token was called", async () => {
    const label = "WIN at https://evil.example";
    const made = await admin.tokens.create.mutate({ label, role: "admin" });
    const wish = { email: "cy@example.com", role: "viewer" as const };
    expect(
      (await world.service.client(made.token).invitations.create.mutate(wish)).mailed,
    ).toBeTrue();
    expect(smtp.letters[0]).toContain("An administrator invites you");
    expect(smtp.letters.join()).not.toContain("evil");
  });

  test("is told to whoever invites when no e-mail goes out", async () => {
    smtp.isRefusing = true;
    const made = await admin.invitations.create.mutate({
      email: "bob@example.com",
      role: "viewer",
    });
    expect(made.mailed).toBeFalse();
    expect((await fetch(made.link ?? "")).status).toBe(200);
    expect(JSON.stringify(await admin.invitations.list.query())).not.toContain("abi_");
  });

  test("from platform staff makes the first admin", async () => {
    smtp.isRefusing = true;
    const wish = { tenant_id: tenant, email: "first@example.com", role: "admin" as const };
    const { link } = await platform().invitations.create.mutate(wish);
    expect(link).toContain("/invite/abi_");
    const nobody = { ...wish, tenant_id: "01a22b6b-0000-7000-8000-000000000000" };
    expect(await refusalOf(platform().invitations.create.mutate(nobody))).toContain("NOT_FOUND");
  });

  test("is for an e-mail, in ASCII letters", async () => {
    for (const email of ["", "ada", "\u0430da@example.com", "a@b", "a@b.c\r\nBcc: x@y.z"]) {
      const refused = refusalOf(admin.invitations.create.mutate({ email, role: "viewer" }));
      expect(await refused).toContain("BAD_REQUEST");
    }
  });
});

describe("keys", () => {
  test("are made, rotated with an overlap and revoked by an admin", async () => {
    const old = await admin.keys.create.mutate({ label: "build machines" });
    const agent = new TestAgent();
    const send = async (key: typeof old, from: number) => {
      agent.session(1);
      const batch = agent.batch({ from, to: agent.seq, key });
      return (await world.service.post(signedRequest(batch, { key }))).status;
    };
    expect(await send(old, 1)).toBe(202);
    const rotated = await admin.keys.rotate.mutate({ key_id: old.key_id, overlap_hours: 1 });
    expect(await send(old, agent.seq + 1)).toBe(202);
    expect(await send(rotated, agent.seq + 1)).toBe(202);
    await admin.keys.revoke.mutate({ key_id: old.key_id });
    expect(await send(old, agent.seq + 1)).toBe(401);
    await world.service.parts.tally.flush();
    const listed = await admin.keys.list.query();
    expect(listed.map(({ label }) => label)).toEqual(["build machines", "build machines"]);
    expect(listed.every(({ last_used_at }) => last_used_at !== null)).toBeTrue();
    expect(JSON.stringify(listed)).not.toContain(old.secret);
  });

  test("and grants lie under the ring's newest key once it was rotated", async () => {
    const one = await admin.keys.create.mutate({});
    const browser = await world.signedIn(tenant, "viewer");
    const ring = world.service.parts.ring;
    expect(ring.versions).toEqual([1]);
    const newer = `2:${newKeyRingText(systemRandom).slice(2)},${await ringText()}`;
    const replica = await startService(world.database, {
      ...{ keyRing: newer, clock: world.service.parts.clock },
      ...{ google: world.google.settings, publicUrl: world.service.parts.publicUrl() },
    });
    try {
      const staff = replica.client(replica.parts.platformToken).platform;
      const done = await staff.keyring.rotate.mutate();
      expect(done).toMatchObject({ version: 2 });
      expect(done.keys).toBeGreaterThan(0);
      expect(done.sessions).toBeGreaterThan(0);
      const again = await staff.keyring.rotate.mutate();
      expect([again.keys, again.sessions]).toEqual([0, 0]);
      const left = await world.database.sql`
        SELECT 1 FROM atlasbridge.api_keys WHERE ring_version <> 2`;
      expect(left.length).toBe(0);
      const agent = new TestAgent();
      const batch = agent.batch({ from: 1, to: 2, key: one });
      expect((await replica.post(signedRequest(batch, { key: one }))).status).toBe(202);
      // The grant opens, so that the provider can be asked.
      world.later(600_000);
      const cookie = `atlasbridge-session=${browser.jar(world.service.url).get("atlasbridge-session")}`;
      const shown = await fetch(`${replica.url}/trpc/me.show`, { headers: { cookie } });
      expect(shown.status).toBe(200);
    } finally {
      await replica.stop();
      world.later(-600_000);
      // Others go on under the old ring: put back what they can open.
      await world.database.sql`DELETE FROM atlasbridge.web_sessions`;
    }
  }, 20_000);
});

/** As it lies in the folder of the test's database. */
async function ringText(): Promise<string> {
  const text = (await Bun.file(`${world.database.home}/key-ring`).text()).trim();
  parseKeyRing(text, systemRandom);
  return text;
}

describe("agents", () => {
  test("are registered, called by a name, shut out and let in again by an operator", async () => {
    const operator = world.service.client(await world.service.newToken(tenant, "operator"));
    const key = await world.service.newKey(tenant);
    const agent = new TestAgent();
    const agent_id = agentId.parse(agent.id);
    await operator.agents.register.mutate({ agent_id, label: "laptop" });
    const send = async (from: number) =>
      (await world.service.post(signedRequest(agent.batch({ from, to: agent.seq, key }), { key })))
        .status;
    expect(await send(1)).toBe(202);
    expect((await operator.agents.label.mutate({ agent_id, label: null })).label).toBeNull();
    await operator.agents.revoke.mutate({ agent_id, is_revoked: true });
    agent.session(1);
    expect(await send(3)).toBe(403);
    await operator.agents.revoke.mutate({ agent_id, is_revoked: false });
    expect(await send(3)).toBe(202);
    const strange = agentId.parse(Bun.randomUUIDv7());
    const refused = operator.agents.label.mutate({ agent_id: strange, label: "x" });
    expect(await refusalOf(refused)).toContain("NOT_FOUND: this organisation has no agent");
  });
});

describe("settings", () => {
  test("hold from the next request on, and change only what is named", async () => {
    expect(await admin.settings.show.query()).toEqual({
      ...{ content_allowed: true, entry_days: 90, content_days: 30 },
    });
    await admin.settings.update.mutate({ entry_days: 7 });
    await admin.settings.update.mutate({ content_allowed: false });
    expect(await admin.settings.show.query()).toEqual({
      ...{ content_allowed: false, entry_days: 7, content_days: 30 },
    });
    for (const entry_days of [0, -1, 1.5, 36_501, Number.MAX_SAFE_INTEGER]) {
      expect(await refusalOf(admin.settings.update.mutate({ entry_days }))).toContain(
        "BAD_REQUEST",
      );
    }
  });
});

describe("the audit log", () => {
  test("tells who changed what, from what to what, and hangs together", async () => {
    await admin.settings.update.mutate({ entry_days: 7 });
    const made = await admin.keys.create.mutate({ label: "a key" });
    await admin.keys.revoke.mutate({ key_id: made.key_id });
    await platform().keys.create.mutate({ tenant_id: tenant });
    const { entries, next_before } = await admin.audit.list.query({ count: 3 });
    expect(entries.map(({ action }) => action)).toEqual([
      ...["platform.keys.create", "keys.revoke", "keys.create"],
    ]);
    expect(entries[0]?.actor).toEqual({ kind: "platform", id: null, name: "platform staff" });
    const rest = await admin.audit.list.query({ before: next_before ?? 0 });
    expect(rest.entries[0]).toMatchObject({
      ...{ action: "settings.update", target: null },
      before: { entry_days: 90 },
      after: { entry_days: 7 },
    });
    expect(JSON.stringify([entries, rest])).not.toContain(made.secret);
    expect(await admin.audit.verify.query()).toMatchObject({ entries: 4, fault: null });
  });

  test("numbers changes that come at once one after the other", async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, at) => admin.settings.update.mutate({ entry_days: at + 1 })),
    );
    expect(await admin.audit.verify.query()).toMatchObject({ entries: 12, fault: null });
  });

  test.each([
    [
      "changed",
      (t: string) => world.database.sql`
      UPDATE atlasbridge.audit_entries SET data = replace(data, '"entry_days":2', '"entry_days":9')
      WHERE tenant_id = ${t} AND seq = 2`,
      "entry 2 was changed",
    ],
    [
      "taken out",
      (t: string) => world.database.sql`
      DELETE FROM atlasbridge.audit_entries WHERE tenant_id = ${t} AND seq = 2`,
      "entry 2 is missing",
    ],
    [
      "cut off",
      (t: string) => world.database.sql`
      DELETE FROM atlasbridge.audit_entries WHERE tenant_id = ${t} AND seq = 3`,
      "entry 3 is missing",
    ],
    [
      "left behind by a log that has lost its end",
      (t: string) => world.database.sql`
      DELETE FROM atlasbridge.audit_heads WHERE tenant_id = ${t}`,
      "ends before entry 1",
    ],
    [
      "left behind by an end that was moved back",
      (t: string) => world.database.sql`
      UPDATE atlasbridge.audit_heads h SET seq = 2, hash = e.hash FROM atlasbridge.audit_entries e
      WHERE h.tenant_id = ${t} AND e.tenant_id = ${t} AND e.seq = 2`,
      "ends before entry 3",
    ],
    [
      "replaced by what is none",
      (t: string) => world.database.sql`
      UPDATE atlasbridge.audit_entries SET data = 'x', hash = sha256('x')
      WHERE tenant_id = ${t} AND seq = 2`,
      "entry 2 cannot be read",
    ],
    [
      "put elsewhere",
      (t: string) => world.database.sql`
      UPDATE atlasbridge.audit_entries SET seq = 9 WHERE tenant_id = ${t} AND seq = 1`,
      "entry 1 is missing",
    ],
  ] as const)("shows an entry that was %s", async (_, tamper, fault) => {
    for (const entry_days of [1, 2, 3]) await admin.settings.update.mutate({ entry_days });
    await tamper(tenant);
    expect((await admin.audit.verify.query()).fault).toContain(fault);
  });

  test("cannot be changed by the service, whatever it is asked", async () => {
    await admin.settings.update.mutate({ entry_days: 1 });
    for (const verb of [
      "UPDATE atlasbridge.audit_entries SET data = ''",
      "DELETE FROM atlasbridge.audit_entries",
    ]) {
      const done = world.service.parts.pool.withTenant(tenant, (sql) => sql.unsafe(verb));
      expect(
        await done.then(
          () => "done",
          (error: Error) => error.message,
        ),
      ).toContain("permission denied");
    }
  });
});

test("a text with half a character in it is refused, not a failure", async () => {
  for (const label of ["\ud800", "a\udfff", "\u0000"]) {
    expect(await refusalOf(admin.keys.create.mutate({ label }))).toContain("BAD_REQUEST");
  }
});

test("a procedure that failed has changed nothing and written nothing down", async () => {
  const missing = { key_id: "abk_00000000000000000" };
  expect(await refusalOf(admin.keys.rotate.mutate(missing))).toContain("NOT_FOUND");
  expect(await admin.audit.verify.query()).toMatchObject({ entries: 0 });
  expect((await members()).length).toBe(0);
});
