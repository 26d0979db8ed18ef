/** The attacks that anybody can run against a service of his own all fail on ours, and one that does not is told. */
import { expect, test } from "bun:test";
import { attack } from "./attack.ts";
import { standing } from "../../cloud/testing/stand.ts";

const { service } = await standing();
test("every attack is refused with its own problem, and nothing is taken", async () => {
  const key = await service.newKey(await service.newTenant());
  const results = await attack(service.url, key);
  expect(results.filter(({ isHeld }) => !isHeld)).toEqual([]);
  expect(results.length).toBeGreaterThan(75);
}, 60_000);

test("a service that takes one of them is told which", async () => {
  const key = await service.newKey(await service.newTenant());
  let requests = 0;
  const careless = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: async (request) => {
      requests += 1;
      // The first one is honest; the second one is the first attack.
      if (requests === 2) return Response.json({ acked_seq: 8 }, { status: 202 });
      const headers = new Headers(request.headers);
      headers.delete("host");
      const { pathname } = new URL(request.url);
      const sent = { method: "POST", headers, body: await request.bytes() };
      return await fetch(`${service.url}${pathname}`, sent);
    },
  });
  const results = await attack(`http://127.0.0.1:${careless.port}`, key);
  await careless.stop(true);
  expect(results[0]).toMatchObject({ name: "nothing at all", isHeld: false });
}, 60_000);
