/** The service of today keeps every pact that was ever made with it: its real router and database answer as was agreed. */
import "./untracked.ts";
import { Verifier } from "@pact-foundation/pact";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "../cloud/clock.ts";
import { policiesDefault } from "../cloud/limits/limiter.ts";
import {
  startDatabase,
  startService,
  type TestDatabase,
  type TestService,
} from "../cloud/testing/service.ts";
import { productVersion } from "../contracts/version.ts";
import { states, type World } from "./states.ts";
import { bodiesOf, keptPacts, pactPath, statesOf } from "./versions.ts";
import { Way } from "./way.ts";

let database: TestDatabase;
let service: TestService;
let way: Way;
beforeAll(async () => {
  database = await startDatabase();
  // An allowance that was used up stays so, however busy the machine is.
  const clock = { ...systemClock, monotonicMs: () => 0 };
  service = await startService(database, { clock, policies: policiesDefault });
  way = new Way(service);
}, 60_000);
afterAll(async () => {
  await way.stop();
  await service.stop();
  await database.stop();
}, 30_000);

/** As Pact wants them: each bound to the pact that is verified. */
function handlers(world: World) {
  const bound = Object.entries(states).map(([name, state]) => {
    const { setup, teardown } =
      typeof state === "function" ? { setup: state, teardown: async () => {} } : state;
    return [name, { setup: () => setup(world), teardown: () => teardown(world) }];
  });
  return Object.fromEntries(bound);
}

describe("the service keeps the pact", () => {
  test.each(keptPacts())(
    "of %s with %s",
    async (version, name) => {
      const bodies = bodiesOf(version, name);
      const bodyOf = (description: string): string => {
        const body = bodies.get(description);
        if (body === undefined) throw new Error(`the pact has no "${description}"`);
        return body;
      };
      const verifier = new Verifier({
        ...{ provider: "cloud", providerBaseUrl: way.origin, logLevel: "error" },
        pactUrls: [pactPath(version, name)],
        stateHandlers: handlers({ database, service, way, bodyOf }),
      });
      // It has said above what is not as it should be; its error says it all again.
      const isKept = await verifier.verifyProvider().then(
        () => true,
        () => false,
      );
      expect(isKept).toBeTrue();
    },
    120_000,
  );

  test("of today, among others", () => {
    expect(keptPacts().map(([version]) => version)).toContain(productVersion);
  });

  test("in every state that a pact names", () => {
    const named = new Set(keptPacts().flatMap(([version, name]) => statesOf(version, name)));
    expect([...named].filter((state) => !Object.hasOwn(states, state))).toEqual([]);
  });
});
