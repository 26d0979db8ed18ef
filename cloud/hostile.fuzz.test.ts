/** An admin who means harm and knows every id of another tenant learns nothing of it and changes nothing there. */
import { expect, test } from "bun:test";
import { needs } from "./roles.ts";
import { attack, furnish, send } from "./testing/hostile.ts";
import { type Known, type Procedure, proceduresOf, sampleOf } from "./testing/sample.ts";
import { standing } from "./testing/stand.ts";

const { database, service } = await standing();
test("by thousands of calls of every procedure", async () => {
  const { calls, codes, faults } = await attack(
    { service, database },
    { calls: 3_000, seed: 7, tenants: 3 },
  );
  expect(faults).toEqual([]);
  expect(calls).toBe(3_000);
  // It does reach the work: not everything is refused as no input at all.
  expect(codes["200"]).toBeGreaterThan(500);
  expect(codes["404"]).toBeGreaterThan(100);
}, 60_000);

test("and is refused what is another's in the words in which nothing at all is refused", async () => {
  const theirs = await furnish(service, "only-there");
  const token = await service.newToken(await service.newTenant(), "admin");
  const nobodys = Object.fromEntries(
    Object.keys(theirs).map((name) => [
      name,
      name === "key_id" ? `abk_${"0".repeat(17)}` : Bun.randomUUIDv7(),
    ]),
  );
  const answer = async (one: Procedure, known: Known): Promise<string> => {
    const input = one.schema === null ? undefined : sampleOf(one.schema, known);
    const { status, text } = await send(one, input, { service, token });
    const plain = Object.values(known).reduce<string>(
      (said, id) => said.replaceAll(String(id), "ID"),
      text,
    );
    // What is made here anew has another id and another time each.
    return status === 200 ? "200" : `${status} ${plain}`;
  };
  for (const one of proceduresOf()) {
    if (one.kind === "subscription" || needs.get(one.path) === "platform") continue;
    const there = await answer(one, theirs);
    expect([one.path, there]).toEqual([one.path, await answer(one, nobodys)]);
  }
});
