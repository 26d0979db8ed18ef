/** The ring of keys changed on one replica after another: at each step all of them open what any of them seals. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { openErrand, sealErrand } from "../login/errand.ts";
import { systemRandom } from "../random.ts";
import { signedRequest, TestAgent } from "../testing/agent.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../testing/service.ts";
import { newKeyRingText, parseKeyRing, withAllInUse, withNewKey } from "./ring.ts";

let database: TestDatabase;
const replicas: TestService[] = [];

beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => {
  for (const one of replicas) await one.stop();
  await database.stop();
}, 30_000);

const old = newKeyRingText(systemRandom);
const waiting = withNewKey(old, systemRandom, true).text;
const inUse = withAllInUse(waiting)?.text ?? "";

async function replicaWith(keyRing: string): Promise<TestService> {
  const replica = await startService(database, { keyRing });
  replicas.push(replica);
  return replica;
}

/** What one seals, the other opens: a key's secret, and what a browser brings back from a provider. */
async function expectOpens(sealing: TestService, opening: TestService): Promise<void> {
  const key = await sealing.newKey(await sealing.newTenant());
  const agent = new TestAgent();
  const batch = agent.batch({ from: 1, to: 2, key });
  expect((await opening.post(signedRequest(batch, { key }))).status).toBe(202);
  const errand = { provider: "github", state: "s", nonce: "n", verifier: "v" } as const;
  const wish = { ...errand, invitation: null, returnTo: "/" };
  const sealed = sealErrand(wish, sealing.parts.ring, systemClock);
  expect(openErrand(sealed, opening.parts.ring, systemClock)).toMatchObject(errand);
}

test("first with a key that waits, then with one that seals, then without the old one", async () => {
  const [one, two] = [await replicaWith(old), await replicaWith(waiting)];
  await expectOpens(one, two);
  await expectOpens(two, one);
  const three = await replicaWith(inUse);
  await expectOpens(two, three);
  await expectOpens(three, two);
  const platform = three.client(three.parts.platformToken).platform;
  const key = await one.newKey(await one.newTenant());
  expect((await platform.keyring.rotate.mutate()).version).toBe(2);
  const left = await database.sql`SELECT 1 FROM atlasbridge.api_keys WHERE ring_version <> 2`;
  expect(left).toHaveLength(0);
  const last = await replicaWith(inUse.split(",")[0] ?? "");
  const batch = new TestAgent().batch({ from: 1, to: 2, key });
  expect((await last.post(signedRequest(batch, { key }))).status).toBe(202);
}, 30_000);

test("all at once, a replica does not open what another seals: why it is done in two steps", async () => {
  const wish = { provider: "github", state: "s", nonce: "n", verifier: "v" } as const;
  const sealed = sealErrand(
    { ...wish, invitation: null, returnTo: "/" },
    parseKeyRing(inUse, systemRandom),
    systemClock,
  );
  expect(openErrand(sealed, parseKeyRing(old, systemRandom), systemClock)).toBeNull();
});

test("a ring of keys that all wait seals nothing, and is none", () => {
  const [, key = ""] = old.split(":");
  for (const text of [`1:${key}:next`, `2:${key}:soon,1:${key}`, `1:${key},1:${key}:next`]) {
    expect(() => parseKeyRing(text, systemRandom)).toThrow("the key ring is not VERSION:BASE64");
  }
  expect(parseKeyRing(waiting, systemRandom)).toMatchObject({ versions: [2, 1], newest: 1 });
  expect(parseKeyRing(inUse, systemRandom)).toMatchObject({ versions: [2, 1], newest: 2 });
  expect(withAllInUse(inUse)).toBeNull();
});
