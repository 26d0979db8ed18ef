/** What most tests of the service begin with: a database, a service on it, an organisation, and a key of it. */
import { afterAll } from "bun:test";
import type { TestKey } from "./agent.ts";
import {
  startDatabase,
  startService,
  type ServiceWish,
  type TestDatabase,
  type TestService,
} from "./service.ts";

export type Stand = {
  database: TestDatabase;
  service: TestService;
  tenant: string;
  key: TestKey;
};

/** Awaited at the head of a test file; gone after its last test. */
export async function standing(wish: ServiceWish = {}): Promise<Stand> {
  const database = await startDatabase();
  const service = await startService(database, wish);
  afterAll(async () => {
    await service.stop();
    await database.stop();
  }, 30_000);
  const tenant = await service.newTenant();
  return { database, service, tenant, key: await service.newKey(tenant) };
}
