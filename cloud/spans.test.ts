/** Traces reach a real receiver of OTLP over HTTP, tell what was done, and hold nothing that was sent. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as z from "zod";
import { signedRequest, TestAgent } from "./testing/agent.ts";
import { startDatabase, startService, type TestDatabase } from "./testing/service.ts";

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const span = z.object({
  ...{ name: z.string(), traceId: z.string(), spanId: z.string() },
  parentSpanId: z.string().optional(),
  attributes: z.array(attribute),
});
/** OTLP 1: ExportTraceServiceRequest in JSON. */
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => await database.stop(), 30_000);

function startReceiver() {
  const bodies: string[] = [];
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      if (new URL(request.url).pathname !== "/v1/traces")
        return new Response(null, { status: 404 });
      bodies.push(await request.text());
      return Response.json({});
    },
  });
  const spans = () =>
    bodies
      .flatMap((body) => exported.parse(JSON.parse(body)).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return { url: `http://127.0.0.1:${server.port}`, bodies, spans, stop: () => server.stop(true) };
}

const factsOf = ({ attributes }: z.infer<typeof span>): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe("a service that was told where traces go", () => {
  test("tells of each request and of the database's part in it, and of nothing that was in it", async () => {
    const receiver = startReceiver();
    const service = await startService(database, { otlpEndpoint: receiver.url });
    const tenant = await service.newTenant();
    const key = await service.newKey(tenant);
    const agent = new TestAgent();
    agent.write({
      kind: "reply.received",
      data: { by: "cli" },
      content: { reply: "m4rked-reply" },
    });
    const good = signedRequest(agent.batch({ from: 1, to: 3, key }), { key });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(
      (await service.post({ ...good, headers: { ...good.headers, traceparent } })).status,
    ).toBe(202);
    await service.post({ ...good, headers: { ...good.headers, "user-agent": "m4rked-agent" } });
    await fetch(`${service.url}/m4rked-path?q=m4rked-query`, {
      headers: { cookie: "m4rked-cookie" },
    });
    await service.stop();
    await receiver.stop();
    const spans = receiver.spans();
    const requests = spans.filter(({ name }) => / \/| other/.test(name));
    expect(requests.map(({ name }) => name)).toEqual([
      "POST /v1/traces",
      "POST /v1/traces",
      "GET other",
    ]);
    const [taken, replayed] = requests;
    expect(taken).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
    });
    expect(taken && factsOf(taken)).toMatchObject({ "http.response.status_code": 202 });
    expect(replayed && factsOf(replayed)).toMatchObject({
      "atlasbridge.problem": "replayed-nonce",
      "atlasbridge.tenant_id": tenant,
    });
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === taken?.spanId);
    const names = parts.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["database ask", "database transaction"]));
    const text = receiver.bodies.join("");
    for (const never of [
      "m4rked",
      key.secret,
      key.key_id,
      good.headers["signature"] ?? "",
      agent.id,
    ]) {
      expect(text).not.toContain(never);
    }
  }, 30_000);

  test("takes batches and ends in time while nobody listens there", async () => {
    const service = await startService(database, { otlpEndpoint: "http://127.0.0.1:1" });
    const key = await service.newKey(await service.newTenant());
    const sent = signedRequest(new TestAgent().batch({ from: 1, to: 2, key }), { key });
    expect((await service.post(sent)).status).toBe(202);
    const late = Bun.sleep(10_000).then(() => "late");
    expect(await Promise.race([service.stop(), late])).not.toBe("late");
  }, 30_000);
});
