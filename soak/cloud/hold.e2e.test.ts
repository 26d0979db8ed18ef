/** Thirty agents of three tenants, and everything that can break does: each entry is where it belongs, once. */
import { expect, test } from "bun:test";
import { faults } from "./faults.ts";
import { hold } from "./hold.ts";

test("thirty agents of three tenants lose nothing and send nothing twice, whatever breaks", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const done = hold({ seed, tenants: 3, agentsPerTenant: 10, ms: 0, say });
  const { wrong, struck, said } = await done.catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${lines.join("; ")}`, { cause: error });
  });
  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  expect(struck.toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
  // They were faults: agents did not hear only that all is well.
  expect([...said.keys()]).toEqual(expect.arrayContaining(["0", "202", "409", "429"]));
}, 180_000);
