/** A session's messages go out through a process of their own: one at a time, ended when the person comes, its result kept. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import type { NotifyMessage } from "../../../contracts/notify.ts";
import { readEnvironment } from "../../config.ts";
import { writeSecrets } from "../../keychain/secret-file.ts";
import { scratchFolder } from "../../trace/scratch.example.ts";
import { exampleMessage, exampleSecrets, exampleTargets } from "./message.example.ts";
import { lastResult } from "./results.ts";
import { Sender } from "./start.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const ending of endings.splice(0)) await ending();
});

/** Answers with `status`, or holds the request until it is given up. */
function receiver(status: number | null) {
  const taken: { path: string; body: string; gone: Promise<void> }[] = [];
  let told = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    fetch: async (request) => {
      const gone = Promise.withResolvers<void>();
      request.signal.addEventListener("abort", () => gone.resolve());
      const { pathname } = new URL(request.url);
      taken.push({ path: pathname, body: await request.text(), gone: gone.promise });
      told.resolve();
      if (status === null) await gone.promise;
      return new Response(null, { status: status ?? 200 });
    },
  });
  endings.push(() => server.stop(true));
  return {
    taken,
    origin: `http://127.0.0.1:${server.port}`,
    async takes(count: number): Promise<void> {
      while (taken.length < count) {
        await told.promise;
        told = Promise.withResolvers<void>();
      }
    },
  };
}

function sending(origin: string, triesMax = 1) {
  const folder = scratchFolder();
  const secretsFile = join(folder, "notify.secret");
  const resultsFolder = join(folder, "notified");
  writeSecrets(secretsFile, new Map(Object.entries(exampleSecrets(origin))));
  const { variables } = readEnvironment();
  const sender = new Sender({
    ...{ targets: exampleTargets(origin), secretsFile, resultsFolder, triesMax },
    variables: { ...variables, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
  });
  endings.push(() => sender.withdraw());
  return { sender, resultsFolder };
}

async function kept(folder: string, name: string) {
  for (;;) {
    const result = lastResult(folder, name);
    if (result !== null) return result;
    await Bun.sleep(5);
  }
}

const bare: Partial<NotifyMessage> = { label: null, question: null, options: [] };

test("all targets are told at once, and how each was reached is kept", async () => {
  const { taken, takes, origin } = receiver(200);
  const { sender, resultsFolder } = sending(origin);
  sender.send(exampleMessage(bare));
  await takes(4);
  expect(taken.map(({ path }) => path).toSorted()).toEqual([
    "/bot123456:AAbbCCddEEffGGhhIIjj/sendMessage",
    "/hook",
    "/services/T0/B0/slacksecret",
    "/sub",
  ]);
  for (const name of ["ops", "phone", "team", "me"]) {
    expect(await kept(resultsFolder, name)).toMatchObject({ delivered: true, status: 200 });
  }
});

const withinMs = limits.notifyRequestMs - 1_000;

test(
  "a newer message takes the place of one that has not gone out; when somebody has come nothing more does",
  async () => {
    const { taken, takes, origin } = receiver(null);
    const { sender } = sending(origin);
    sender.send(exampleMessage(bare));
    await takes(4);
    sender.send(exampleMessage({ ...bare, urgency: "again" }));
    await Promise.all(taken.slice(0, 4).map(({ gone }) => gone));
    await takes(8);
    sender.withdraw();
    await Promise.all(taken.map(({ gone }) => gone));
    expect(taken).toHaveLength(8);
    expect(taken.slice(4).every(({ body }) => /again|still/.test(body))).toBe(true);
    // By themselves they would have gone on for longer than this.
  },
  withinMs,
);

test("a try that failed is told before the next one is made", async () => {
  const { takes, origin } = receiver(503);
  const { sender, resultsFolder } = sending(origin, 6);
  sender.send(exampleMessage(bare));
  await takes(4);
  expect(await kept(resultsFolder, "ops")).toMatchObject({
    ...{ delivered: false, problem: "failing", status: 503 },
    detail: "it answers with status 503",
  });
});
