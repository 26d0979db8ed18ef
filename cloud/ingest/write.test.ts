/** What a batch leaves in its tenant's rows: columns as they were, counts within their bound, nonces that are claimed once. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { agentId } from "../../contracts/ids.ts";
import { TestAgent } from "../testing/agent.ts";
import { arrayText } from "./array-text.ts";
import { storable } from "./storable.ts";
import { claimNonce, sweepNonces } from "./write.ts";
import { standing } from "../testing/stand.ts";
import { upload } from "../testing/story.ts";

const { database, service, tenant: tenantId, key } = await standing();

type Counted = Record<"kinds" | "rules", Record<string, number>>;

const claim = (nonce: string, untilMs: number) =>
  service.parts.pool.withTenant(tenantId, (sql) =>
    claimNonce(sql, { tenantId, keyId: key.key_id, nonce, untilMs }),
  );

describe("a column of rows", () => {
  test("is read by PostgreSQL as it was, whatever its text", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((one) => storable(one, 100));
    const special = fc.constantFrom('"', "\\", "{", "}", ",", "NULL", "", " a ", '\\"', "\n");
    const values = fc.array(fc.option(fc.oneof(text, special)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(values, async (column) => {
        const rows = await database.sql`
          SELECT one FROM unnest(${arrayText(column)}::text::text[]) AS one`;
        expect(rows.map(({ one }) => one)).toEqual(column);
      }),
    );
  });
});

describe("what is counted by its name", () => {
  const word = (at: number): string =>
    at
      .toString(26)
      .replaceAll(/./g, (c) => "abcdefghijklmnopqrstuvwxyz"[Number.parseInt(c, 26)] ?? "");

  test("is so many names at most in one row, of a session, an hour and a day; what comes beyond them counts together", async () => {
    const agent = new TestAgent();
    const session_id = agent.newId();
    const add = (kind: string, data = {}) => agent.write({ kind, data, session_id });
    add("session.started", { tool: "claude" });
    for (let at = 0; at < 1_200; at += 1) {
      add("decision.made", { action: "auto_reply", rule_id: `rule-${at}` });
      add(`made_up.${word(at)}`);
    }
    // One that was there before the row was full still counts by its name.
    add("decision.made", { action: "auto_reply", rule_id: "rule-0" });
    await upload(service, { agent, key, from: 1 });
    const [session] = await database.sql<Counted[]>`
      SELECT kinds, rules FROM atlasbridge.trace_sessions WHERE session_id = ${session_id}`;
    const sums = await database.sql<Counted[]>`
      SELECT rules FROM atlasbridge.trace_hours WHERE agent_id = ${agent.id}
      UNION ALL SELECT rules FROM atlasbridge.trace_days WHERE agent_id = ${agent.id}`;
    expect(sums.length).toBeGreaterThanOrEqual(2);
    for (const counts of [session?.rules, session?.kinds, ...sums.map(({ rules }) => rules)]) {
      expect(Object.keys(counts ?? {}).length).toBeWithin(500, 502);
    }
    const sumOf = (counts = {}): number =>
      Object.values<number>(counts).reduce((sum, times) => sum + times, 0);
    expect(sumOf(session?.rules)).toBe(1_201);
    expect(sumOf(session?.kinds)).toBe(2 * 1_200 + 2);
    expect(session?.rules["rule-0"]).toBe(2);
    expect(sums.map(({ rules }) => rules["auto_reply rule-0"])).toEqual(sums.map(() => 2));
    const client = service.client(await service.newToken(tenantId, "viewer"));
    const { rules } = await client.decisions.rules.query({ agent_id: agentId.parse(agent.id) });
    expect(rules.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(1_201);
    expect(rules[0]?.rule_id).toBe("(others)");
  });
});

describe("nonces", () => {
  test("are claimed once, however many ask at the same time", async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => claim("the-same-nonce", 10)));
    expect(asked.filter((claimed) => claimed)).toHaveLength(1);
    expect(await claim("another-nonce", 10)).toBeTrue();
  });

  test("of another key of the same tenant are its own", async () => {
    const other = await service.newKey(tenantId);
    const claimed = await service.parts.pool.withTenant(tenantId, (sql) =>
      claimNonce(sql, { tenantId, keyId: other.key_id, nonce: "the-same-nonce", untilMs: 10 }),
    );
    expect(claimed).toBeTrue();
  });

  test("are swept once they are outdated, so many at once", async () => {
    for (const at of [1, 2, 3, 4, 5]) await claim(`nonce-number-${at}`, at * 1_000_000);
    const left = async (rowsMax: number) => {
      await service.parts.pool.withTenant(tenantId, (sql) =>
        sweepNonces(sql, { tenantId, nowMs: 3_500_000, rowsMax }),
      );
      const rows = await database.sql`
        SELECT nonce FROM atlasbridge.request_nonces WHERE nonce LIKE 'nonce-number-%'`;
      return rows.length;
    };
    expect(await left(4)).toBeLessThanOrEqual(4);
    expect(await left(100)).toBe(2);
  });
});
