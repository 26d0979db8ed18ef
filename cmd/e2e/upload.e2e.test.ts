/** The binary and a cloud: nothing leaves without one, metadata alone by default, and no entry is lost by any killing. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifierKey } from "../../contracts/note.ts";
import { contractOf, uploadBatch } from "../../contracts/upload.ts";
import {
  cloudEnrollView,
  cloudLeaveView,
  cloudRotateKeyView,
  cloudStatusView,
  cloudSyncView,
} from "../../contracts/upload-state.ts";
import { AgentKey } from "../../runtime/trace/agent-key.ts";
import { detected, newPrompt, newSession, started } from "../../runtime/trace/drafts.example.ts";
import { openAt } from "../../runtime/trace/opened.example.ts";
import { openSqliteReader } from "../../runtime/trace/sqlite-reader.ts";
import { sha256 } from "../../runtime/upload/hashes.ts";
import { hanging, LoopbackService, told } from "../../runtime/upload/service.example.ts";
import { answersContinue, governed } from "./policies.ts";
import { type Ended, piped, pipedProgram } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

let service: LoopbackService;
beforeEach(async () => {
  service = await LoopbackService.listen();
});
afterEach(async () => await service.close());

const argv = [
  "bash",
  "-c",
  'read -p "Continue MARKquestion? [y/n] " a; echo "got=$a" # MARKcommand',
];

async function governedOnce(world: World): Promise<void> {
  const args = governed(world, answersContinue, argv);
  const { code } = await piped(world, ["run", "--label", "MARKlabel", ...args.slice(1)]);
  expect(code).toBe(0);
}

async function enrolled(world: World): Promise<void> {
  const args = ["cloud", "enroll", "--url", service.origin, "--key-id", service.keyId];
  expect(await piped(world, args, { stdin: `${service.secret}\n` })).toMatchObject({ code: 0 });
}

const sync = (world: World): Promise<Ended> => piped(world, ["cloud", "sync", "--json"]);

/** Read beside the program, which would record that it was asked. */
function hashesOf(world: World): string[] {
  const reader = openSqliteReader(join(world.home, "trace.db"));
  const hashes = [...reader.rows()].map(({ hash }) => hash);
  reader.close();
  return hashes;
}

/** Every byte that arrived, heads included, as it was sent and as it was before it was compressed. */
function wire(): string {
  const texts = service.arrived.map(({ request, sent, text }) => {
    return `${JSON.stringify(request)}\n${Buffer.from(sent).toString("latin1")}\n${text}`;
  });
  return texts.join("\n");
}

const marks = ["MARKquestion", "MARKcommand", "MARKlabel", "atlasbridge-e2e-"];

describe("a governed session", () => {
  test("arrives whole, is witnessed, and leaves nothing of its content on the wire", async () => {
    await using world = new World();
    await governedOnce(world);
    await enrolled(world);
    expect(await sync(world)).toMatchObject({ code: 0 });
    expect(service.hashes).toEqual(hashesOf(world));
    expect(service.hashes.length).toBeGreaterThan(8);
    for (const mark of marks)
      expect({ mark, leaked: wire().includes(mark) }).toEqual({ mark, leaked: false });
    for (const { text } of service.arrived.filter(({ request }) => request.method === "POST")) {
      const { entries } = uploadBatch.parse(JSON.parse(text));
      for (const { content, salt, shown } of entries) {
        expect([content, salt, shown]).toEqual([undefined, undefined, undefined]);
      }
    }
    const status = await piped(world, ["cloud", "status", "--json"]);
    expect(cloudStatusView.parse(JSON.parse(status.stdout))).toMatchObject({
      enrolled: true,
      waiting: 0,
      witnessed: service.hashes.length,
      trouble: null,
    });
    // The secret is nowhere but where it is kept.
    expect(wire()).not.toContain(service.secret);
    expect(status.stdout).not.toContain(service.secret);
  });

  test("shows what its operator says, and no more", async () => {
    await using world = new World();
    await governedOnce(world);
    await enrolled(world);
    const set = (key: string, value: string) => piped(world, ["config", "set", key, value]);
    expect(await set("cloud.content", "fingerprint")).toMatchObject({ code: 0 });
    expect(await set("cloud.content_fields", "{ label: full }")).toMatchObject({ code: 0 });
    expect(await sync(world)).toMatchObject({ code: 0 });
    const found = marks.filter((mark) => wire().includes(mark));
    expect(found).toEqual(["MARKlabel"]);
    expect(wire()).toMatch(/"question":"hmac-sha256:[0-9a-f]{64}"/);
  });

  test("at level redacted takes out what its owner has since named", async () => {
    await using world = new World();
    await governedOnce(world);
    await enrolled(world);
    const set = (key: string, value: string) => piped(world, ["config", "set", key, value]);
    const pattern = "[{ name: mark, pattern: MARKquestion }]";
    expect(await set("redaction.patterns", pattern)).toMatchObject({ code: 0 });
    expect(await set("cloud.content", "redacted")).toMatchObject({ code: 0 });
    expect(await sync(world)).toMatchObject({ code: 0 });
    expect(marks.filter((mark) => wire().includes(mark))).toEqual(
      marks.filter((one) => one !== "MARKquestion"),
    );
    expect(wire()).toContain("[redacted:mark]");
    await set("redaction.enabled", "false");
    const refused = await sync(world);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("needs the redaction of secrets");
  });

  test("at level full shows all of it, and each salt proves it", async () => {
    await using world = new World();
    await governedOnce(world);
    await enrolled(world);
    await piped(world, ["config", "set", "cloud.content", "full"]);
    expect(await sync(world)).toMatchObject({ code: 0 });
    // The service has checked each against its commitment.
    expect(marks.filter((mark) => wire().includes(mark))).toEqual(marks);
    expect(service.taken.some(({ entry }) => entry.salt !== undefined)).toBe(true);
    expect(service.taken.some(({ entry }) => entry.shown !== undefined)).toBe(false);
  });
});

describe("enrolling", () => {
  const page = (): Response => new Response("<html>", { headers: { "content-type": "text/html" } });
  type Try = {
    url?: string;
    keyId?: string;
    secret?: string;
    env?: Record<string, string>;
    json?: boolean;
  };
  const tries: [string, Try, number, string][] = [
    ["over which anybody could listen", { url: "http://example.com" }, 2, "is not encrypted"],
    ["with more than a host", { url: "https://example.com/a" }, 2, "nothing behind or before it"],
    ["by a key id that is none", { keyId: "abs_x" }, 2, "is no key id"],
    ["by a secret that was not copied whole", { secret: "x" }, 2, "begins with"],
    ["where nobody listens", { url: "http://127.0.0.1:1" }, 1, "nobody listens there"],
    ["from within a governed session", { env: { ATLASBRIDGE_SESSION: "1" } }, 3, "for a person"],
  ];
  const attempt = (world: World, { url, keyId, secret, env = {}, json }: Try): Promise<Ended> => {
    const where = ["--url", url ?? service.origin, "--key-id", keyId ?? service.keyId];
    const words = ["cloud", "enroll", ...(json === true ? ["--json"] : []), ...where];
    return piped(world, words, { stdin: secret ?? service.secret, env });
  };

  for (const [what, tried, code, words] of tries) {
    test(`${what} is refused, and nothing is kept`, async () => {
      await using world = new World();
      const ended = await attempt(world, tried);
      expect({ code: ended.code, said: ended.stderr.includes(words) }).toEqual({
        code,
        said: true,
      });
      expect(ended.stderr).not.toContain(service.secret);
      expect(existsSync(join(world.home, "cloud.secret"))).toBe(false);
      expect(existsSync(join(world.home, "config.yaml"))).toBe(false);
    });
  }

  test("with what is no cloud, or has changed its witness, is refused", async () => {
    await using world = new World();
    service.whim = page;
    expect((await attempt(world, {})).stderr).toContain("not as an AtlasBridge cloud");
    service.whim = (_arrived, honest) => honest();
    const told = await attempt(world, { json: true });
    expect(cloudEnrollView.parse(JSON.parse(told.stdout)).url).toBe(service.origin);
    const other = await LoopbackService.listen();
    service.whim = () => Response.json(contractOf(verifierKey(other.witness, sha256)));
    expect((await attempt(world, {})).stderr).toContain("has another witness key");
    await other.close();
  });
});

test("killed at any moment, it goes on: every entry arrives, and counts once", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  const lives = 8;
  for (let life = 0; life < lives; life += 1) {
    await governedOnce(world);
    const child = Bun.spawn([world.binary, "cloud", "sync"], {
      env: world.env(),
      stdout: "ignore",
      stderr: "ignore",
    });
    // Before it was taken, after it was taken, behind the answer, or some time in its life.
    const kill = (): void => child.kill("SIGKILL");
    service.whim = (_arrived, honest) => {
      if (life % 4 === 0) kill();
      const answer = honest();
      if (life % 4 === 1) kill();
      if (life % 4 === 2) queueMicrotask(kill);
      return answer;
    };
    const late = life % 4 === 3 ? setTimeout(kill, life * 12) : null;
    await child.exited;
    if (late !== null) clearTimeout(late);
    const { sent } = JSON.parse((await piped(world, ["cloud", "status", "--json"])).stdout);
    expect(sent).toBeLessThanOrEqual(service.taken.length);
  }
  service.whim = (_arrived, honest) => honest();
  expect(await sync(world)).toMatchObject({ code: 0 });
  const hashes = hashesOf(world);
  expect(service.hashes).toEqual(hashes);
  expect([...service.offered.keys()].sort((a, b) => a - b)).toEqual(
    hashes.map((_hash, at) => at + 1),
  );
  expect(Math.max(...service.offered.values())).toBeGreaterThan(1);
  expect(await piped(world, ["trace", "verify"])).toMatchObject({ code: 0 });
});

test("followed, entries arrive as they are recorded; while the service hangs no session notices", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  const child = Bun.spawn([world.binary, "cloud", "sync", "--follow"], {
    env: world.env(),
    stdout: "pipe",
    stderr: "inherit",
  });
  world.atEnd(() => child.kill("SIGKILL"));
  const arrived = (): boolean => hashesOf(world).length === service.taken.length;
  await until("all that was recorded has arrived", arrived);
  await governedOnce(world);
  await until("what was recorded since has arrived", arrived);
  let hangs = 0;
  service.whim = () => {
    hangs += 1;
    return hanging;
  };
  await governedOnce(world);
  await until("the service hangs", () => hangs > 0);
  await governedOnce(world);
  child.kill("SIGTERM");
  const [said, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toContain("still wait");
  service.whim = (_arrived, honest) => honest();
  expect(await sync(world)).toMatchObject({ code: 0 });
  expect(service.hashes).toEqual(hashesOf(world));
});

test("a service that contradicts the trace is told to the operator with exit code 4, and nothing more is sent", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  await sync(world);
  service.taken.splice(3);
  const stranger = service.taken[2];
  if (stranger !== undefined) stranger.entry = { ...stranger.entry, hash: "ab".repeat(32) };
  await governedOnce(world);
  const ended = await sync(world);
  expect(ended.code).toBe(4);
  expect(cloudSyncView.parse(JSON.parse(ended.stdout)).trouble).toMatchObject({
    problem: "chain-fork",
    stopped: true,
  });
  expect((await piped(world, ["trace", "tail"])).stdout).toContain("upload.incident");
  const status = await piped(world, ["cloud", "status"]);
  expect(status.stdout).toContain("nothing more is sent until you have seen to it");
});

test("what cannot be sent stays within its budget: content goes, oldest first, and an entry says so", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  await piped(world, ["config", "set", "cloud.disk_budget_bytes", "1048576"]);
  await piped(world, ["config", "set", "cloud.content", "full"]);
  const store = openAt(join(world.home, "trace.db"), {
    keys: new AgentKey(join(world.home, "agent.key")),
  });
  const sessionId = newSession();
  const drafts = Array.from({ length: 400 }, () => detected(newPrompt(), "x".repeat(4_000)));
  store.append([started()], { sessionId, opens: { pid: process.pid, startedAs: "test" } });
  store.append(drafts, { sessionId });
  store.close();
  service.whim = () => told("unavailable", {}, { "retry-after": "3600" });
  const ended = await piped(world, ["cloud", "sync"]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("has grown beyond cloud.disk_budget_bytes");
  expect((await piped(world, ["trace", "tail", "--kind", "upload"])).stdout).toContain(
    "upload.dropped",
  );
  service.whim = (_arrived, honest) => honest();
  expect(await sync(world)).toMatchObject({ code: 0 });
  expect(service.hashes).toEqual(hashesOf(world));
  expect(service.taken.some(({ entry }) => entry.kind === "upload.dropped")).toBe(true);
});

test("the key is rotated by the machine's own wish, and after leaving nothing is left of it", async () => {
  await using world = new World();
  await governedOnce(world);
  await enrolled(world);
  const next = await LoopbackService.listen();
  service.successor = {
    key_id: next.keyId,
    secret: next.secret,
    old_expires_at: 1_790_000_000_000,
  };
  await next.close();
  service.keyExpiresAt = Date.now() + 3_600_000;
  expect(await sync(world)).toMatchObject({ code: 0 });
  expect((await piped(world, ["cloud", "status"])).stdout).toContain("stops working in");
  const rotated = await piped(world, ["cloud", "rotate-key", "--json"]);
  expect(cloudRotateKeyView.parse(JSON.parse(rotated.stdout)).key_id).toBe(next.keyId);
  // What ends is the key before this one.
  expect((await piped(world, ["cloud", "status"])).stdout).not.toContain("stops working");
  const refused = await sync(world);
  expect(JSON.parse(refused.stdout).trouble).toMatchObject({
    problem: "unknown-key",
    stopped: true,
  });
  const status = await piped(world, ["cloud", "status", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject({ key_id: next.keyId });
  const left = await piped(world, ["cloud", "leave", "--json"]);
  expect(cloudLeaveView.parse(JSON.parse(left.stdout)).forgotten).toBe(true);
  expect(await piped(world, ["cloud", "sync"])).toMatchObject({ code: 1 });
  const config = readFileSync(`${world.home}/config.yaml`, "utf8");
  expect(config).not.toContain("abk_");
  expect(Bun.file(`${world.home}/cloud.secret`).size).toBe(0);
});

const hasStrace = Bun.which("strace") !== null && canTrace();

function canTrace(): boolean {
  const done = Bun.spawnSync(["strace", "-e", "trace=none", "true"], { stderr: "ignore" });
  if (done.exitCode === 0) return true;
  process.stderr.write("tests of system calls are skipped: strace is not allowed here\n");
  return false;
}

// Skipped where strace is not there or may not trace.
describe.skipIf(!hasStrace)(
  "without a cloud no socket is opened but those of the session itself",
  () => {
    const commands: [string, (world: World) => string[]][] = [
      ["run", (world) => governed(world, answersContinue, argv)],
      ["trace verify", () => ["trace", "verify"]],
      ["sessions list", () => ["sessions", "list"]],
      ["cloud status", () => ["cloud", "status"]],
    ];
    for (const [name, args] of commands) {
      test(name, async () => {
        await using world = new World();
        await governedOnce(world);
        const log = world.path("calls.txt");
        const traced = ["strace", "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", log];
        const options = { stdin: null, env: world.env(), cwd: world.folder };
        const ended = await pipedProgram([...traced, world.binary, ...args(world)], options);
        expect(ended).toMatchObject({ code: 0 });
        const opened = readFileSync(log, "utf8").match(/^.*\bsocket\([^)]*\)/gm) ?? [];
        expect(opened.filter((call) => !/socket\(AF_UNIX/.test(call))).toEqual([]);
      });
    }

    test("and the look for them would see one", async () => {
      await using world = new World();
      await governedOnce(world);
      await enrolled(world);
      const log = world.path("calls.txt");
      const traced = ["strace", "-f", "-qq", "-e", "trace=socket", "-o", log, world.binary];
      const options = { stdin: null, env: world.env(), cwd: world.folder };
      await pipedProgram([...traced, "cloud", "sync"], options);
      expect(readFileSync(log, "utf8")).toMatch(/socket\(AF_INET/);
    });
  },
);
