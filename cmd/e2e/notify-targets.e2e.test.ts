/** Targets elsewhere are told that a tool waits, by a process beside the session: signed, without a word of content, and never felt. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { notifyAddView, notifyListView, notifyTestView } from "../../contracts/notify.ts";
import {
  type SecretService,
  startSecretService,
} from "../../runtime/keychain/secret-service.example.ts";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { never, until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "atlasbridge-notify-"));
let service: SecretService;
beforeAll(async () => {
  service = await startSecretService(folder);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const noKeychain = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };

type Heard = { raw: string; headers: Record<string, string>; body: string };

/** Keeps every byte that comes; answers each whole request, or none. */
async function receiver(world: World, answer: string | null) {
  let bytes = 0;
  const requests: Heard[] = [];
  const open = new Set<Socket>();
  const listener = createServer((socket) => {
    let raw = "";
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      raw += chunk.toString("latin1");
      const [head = "", body] = raw.split("\r\n\r\n");
      const lines = head
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(": ") as [string, string]);
      const headers = Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), value]));
      if (body === undefined || body.length !== Number(headers["content-length"])) return;
      requests.push({ raw, headers, body });
      if (answer !== null) socket.end(`HTTP/1.1 ${answer}\r\ncontent-length: 0\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, "127.0.0.1", () => resolve());
  });
  world.atEnd(() => {
    for (const socket of open) socket.destroy();
    listener.close();
  });
  const address = listener.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { requests, open, bytes: () => bytes, origin: `http://127.0.0.1:${address.port}` };
}

const asks = ["bash", "-c", "read -r -p 'Delete the secret plans? [y/n] ' a; echo got=$a"];

/** All that the home folder holds, as one text. */
function allOf(home: string): string {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"))
    .join("\n");
}

test("a webhook is added, tested, told who waits, again when nobody comes, and removed; its secret is in the keychain alone", async () => {
  await using world = new World();
  const env = service.variables;
  const { requests, origin } = await receiver(world, "200 OK");
  const added = await piped(
    world,
    ["notify", "add", "ops", "webhook", `${origin}/hook`, "--json"],
    {
      env,
    },
  );
  const { kept, secret } = notifyAddView.parse(JSON.parse(added.stdout));
  expect(kept).toBe("keychain");
  const check = new Webhook(secret ?? "");
  const tried = await piped(world, ["notify", "test"], { env });
  expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining("ops: delivered") });
  expect(check.verify(requests[0]?.body ?? "", requests[0]?.headers ?? {})).toMatchObject({
    type: "test",
  });

  for (const [key, value] of [
    ["notify.after_seconds", "0"],
    ["notify.again_seconds", "1"],
  ] as const) {
    expect((await piped(world, ["config", "set", key, value], { env })).code).toBe(0);
  }
  const [run = "", ...rest] = governed(world, answersContinue, asks);
  const seat = seatedRun(world, [run, "--label", "nightly-plans", ...rest], env);
  await until("told twice", () => requests.length >= 3);
  const told = requests.slice(1).map(({ body, headers }) => check.verify(body, headers));
  expect(told).toMatchObject([
    { type: "prompt.waiting", data: { tool: "bash", urgency: "first", prompt_kind: "yes_no" } },
    { type: "prompt.waiting", data: { tool: "bash", urgency: "again", waited_seconds: 1 } },
  ]);
  for (const { raw } of requests) expect(raw).not.toMatch(/secret|plans|Delete|nightly|e2e-|root/i);
  seat.type("n\r");
  expect(await seat.ended).toBe(0);

  const listed = await piped(world, ["notify", "list", "--json"], { env });
  expect(notifyListView.parse(JSON.parse(listed.stdout)).targets).toMatchObject([
    { target: { name: "ops" }, last: { delivered: true, status: 200 } },
  ]);
  const secretWord = (secret ?? "whsec_").slice("whsec_".length);
  expect(secretWord.length).toBeGreaterThan(40);
  expect(allOf(world.home)).not.toContain(secretWord);
  expect((await piped(world, ["notify", "remove", "ops"], { env })).code).toBe(0);
  expect(world.read("home/config.yaml")).not.toContain("ops");
  expect((await piped(world, ["notify", "test"], { env })).stderr).toContain("no target to test");
});

test("the question goes out, redacted, only where the operator says so", async () => {
  await using world = new World();
  const { requests, origin } = await receiver(world, "200 OK");
  world.write(
    "home/config.yaml",
    `redaction: { enabled: false }\nnotify: { after_seconds: 0, content: redacted, targets: [{ name: phone, type: ntfy, url: "${origin}/topic" }] }\n`,
  );
  const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  const command = ["bash", "-c", `read -r -p 'Push with ${token} to main? [y/n] ' a`];
  const seat = seatedRun(world, governed(world, answersContinue, command));
  await until("told", () => requests.length > 0);
  expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({
    topic: "topic",
    message: expect.stringMatching(/Push with .*redacted.* to main/s),
  });
  expect(requests[0]?.raw).not.toContain(token);
  seat.type("n\r");
  await seat.ended;
});

test("a target that never answers is not felt: prompts are answered, the session ends, and nothing is left running", async () => {
  await using world = new World();
  const { requests, open, origin } = await receiver(world, null);
  world.write(
    "home/config.yaml",
    `notify: { after_seconds: 0, targets: [{ name: dead, type: ntfy, url: "${origin}/topic" }] }\n`,
  );
  const script = `read -r -p 'Really? [y/n] ' a
for i in 1 2 3 4 5; do read -r -p "Continue $i? [y/n] " a; done; echo got=$a`;
  const seat = seatedRun(world, governed(world, answersContinue, ["bash", "-c", script]));
  await until("it is asked", () => requests.length > 0);
  seat.type("n\r");
  await world.recorded("reply.injected", 5);
  expect(await seat.ended).toBe(0);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(
    Array.from({ length: 6 }, (_, at) => (at === 0 ? "person" : "answered")),
  );
  // Nobody waits any more: the process that sent has been ended, and tries no more.
  await until("the connection is gone", () => open.size === 0);
  await never("another try", 200, () => requests.length > 1);
});

test("without a keychain the secret is in a private file; what is no target is refused, and a tool may add none", async () => {
  await using world = new World();
  const { requests, origin } = await receiver(world, "404 No");
  const add = (...args: string[]) => ["notify", "add", ...args];
  const token = "123456:AAbbCCddEEffGGhhIIjj";
  const added = await piped(world, add("me", "telegram", "42", "--server", origin, "--stdin"), {
    env: noKeychain,
    stdin: `${token}\n`,
  });
  expect(added.code).toBe(0);
  expect(statSync(world.path("home/notify.secret")).mode & 0o777).toBe(0o600);
  expect(world.read("home/config.yaml")).not.toContain("AAbb");
  const tried = await piped(world, ["notify", "test", "--json"], { env: noKeychain });
  expect(tried.code).toBe(1);
  expect(notifyTestView.parse(JSON.parse(tried.stdout)).results).toMatchObject([
    { target: "me", delivered: false, problem: "refused", status: 404, tries: 1 },
  ]);
  expect(tried.stdout).not.toContain("AAbb");
  expect(requests[0]?.raw).toStartWith(`POST /bot${token}/sendMessage HTTP/1.1\r\n`);
  for (const [args, why] of [
    [add("x", "webhook", "http://example.com/hook"), "has to begin with https://"],
    [add("x", "webhook", "https://me:pw@example.com/"), "may hold no user or password"],
    [add("X!", "webhook", "https://example.com/"), "the name: may hold small letters"],
    [add("x", "ntfy", "https://ntfy.sh"), "names no topic"],
    [add("x", "ntfy"), "say where to"],
    [add("x", "slack", "https://hooks.slack.com/services/T/B/X"), "is a secret"],
    [add("x", "telegram", "42", "--stdin"), "this is not the bot's token"],
    [add("x", "pager", "42"), "webhook, ntfy, slack, telegram"],
  ] as const) {
    const refused = await piped(world, args, { env: noKeychain, stdin: "" });
    expect(refused.stderr).toContain(why);
    expect(refused.code).toBe(2);
  }
  const within = { ...noKeychain, ATLASBRIDGE_SESSION: "0193a1b2-0000-7000-8000-000000000000" };
  const tool = await piped(world, add("x", "webhook", "https://example.com/"), { env: within });
  expect(tool).toMatchObject({ code: 3, stderr: expect.stringContaining("for a person to say") });
});
