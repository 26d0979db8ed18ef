/** Nonces: claimed once by whoever comes first, and swept when a request with them could no longer be fresh. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { arrayText } from "./array-text.ts";
import { storable } from "./storable.ts";
import { claimNonce, sweepNonces } from "./write.ts";
import { standing } from "../testing/stand.ts";

const { database, service, tenant: tenantId, key } = await standing();

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
