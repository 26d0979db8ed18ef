/** A rule's secret goes from a real keychain into a real program's password, once, and stands nowhere else. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type SecretService,
  startSecretService,
} from "../../runtime/keychain/secret-service.example.ts";
import { piped, type Seat, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const secret = "Tr0ub4dor&3 correct-hörse";
const folder = mkdtempSync(join(tmpdir(), "atlasbridge-keychain-"));
let service: SecretService;
beforeAll(async () => {
  service = await startSecretService(folder);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const policy = `policy_version: "1"
name: lends
autonomy_mode: full
rules:
  - id: lend
    match: { tool_id: bash, prompt_type: [password] }
    action: { type: auto_reply, secret: site.key }
`;

type Given = {
  script: string;
  variables?: Record<string, string>;
  options?: string[];
  keychain?: SecretService;
};

async function governedWithSecret(
  world: World,
  { script, variables, options = [], keychain = service }: Given,
) {
  const set = ["secrets", "set", "site.key", "--stdin"];
  const stored = await piped(world, set, { env: keychain.variables, stdin: secret });
  expect(stored).toMatchObject({ code: 0 });
  const file = world.write("policy.yaml", policy);
  const args = ["run", "--policy", file, "--events", world.events, ...options, "--"];
  const env = { ...keychain.variables, ...variables, TMPDIR: world.folder, DISPLAY: "" };
  return seatedRun(world, [...args, "bash", "-c", script], env);
}

/** git asks at the terminal, hiding what is typed, and then prints what it was told. */
const gitAsks = `export GIT_ASKPASS= SSH_ASKPASS= GIT_TERMINAL_PROMPT=1
  printf 'protocol=https\\nhost=example.org\\nusername=ada\\n\\n' |
    git -c credential.helper= credential fill`;

test("git gets the password once; nothing that the run leaves, and nothing that explains it, holds it", async () => {
  await using world = new World();
  const script = `${gitAsks} | tail -1 | { IFS= read -r line; echo "$line"
    read -p "Keep \${line#password=}? [y/n] " a < /dev/tty; }`;
  const options = ["--record", world.path("cases/git")];
  const seat = await governedWithSecret(world, { script, options });
  await world.recorded("prompt.escalated");
  expect(seat.shown()).toContain(`password=${secret}\r\n`);
  const [started] = world.of("session.started");
  const id = started?.session_id ?? "";
  const explained = await piped(world, ["detect", "explain", id, "--json"]);
  expect(explained.stdout).toContain("Keep •••? [y/n]");
  expect(explained.stdout).not.toContain("Tr0ub4dor");
  seat.type("y\r");
  expect(await seat.ended).toBe(0);

  const [password, keep] = world.of("prompt.detected");
  expect(password?.content).toMatchObject({ question: "Password for 'https://ada@example.org':" });
  expect(keep?.content).toMatchObject({ question: expect.stringContaining("•••") });
  expect(world.of("decision.made")[0]?.content).toEqual({ secret: "site.key" });
  const injected = world.of("reply.injected");
  expect(injected.map(({ data }) => [data.by, data.bytes, data.secret])).toEqual([
    ["policy", 0, true],
  ]);
  expect(world.of("prompt.closed").map(({ data }) => data.outcome)).toEqual(["answered", "person"]);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
  const shown = await piped(world, ["sessions", "show", id]);
  expect(shown.stdout).toContain("by policy, a secret, ");
  expect(world.read("cases/git.cast")).toContain("Password for");
  expect(holders(world.folder)).toEqual([]);
  // The search does find what is there.
  world.write("planted", `x${secret}x`);
  expect(holders(world.folder)).toEqual([world.path("planted")]);
});

/** Files in which a part of the secret stands that nothing else has. */
function holders(place: string): string[] {
  const files = readdirSync(place, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return ["Tr0ub4dor", "correct-h"].some(
        (part) => bytes.includes(part) || bytes.includes(Buffer.from(part, "utf16le")),
      );
    });
}

async function isPersons(world: World, seat: Seat, reason: string): Promise<void> {
  const [escalated] = await world.recorded("prompt.escalated");
  expect(escalated?.data.reason).toContain(reason);
  expect(world.of("reply.injected")).toEqual([]);
  seat.type("mine\r");
  await seat.sees("<mine>");
  expect(await seat.ended).toBe(0);
  expect(world.of("prompt.closed")[0]?.data.outcome).toBe("person");
}

const asks = 'read -r -s -p "Password: " a; echo; echo "<$a>"';

test("what was refused is not typed again: asked anew, it is the person's", async () => {
  await using world = new World();
  const script = `until [ "$a" = mine ]; do read -r -s -p "Password: " a; echo; echo "<\${a:0:4}>"; done`;
  const seat = await governedWithSecret(world, { script });
  const [escalated] = await world.recorded("prompt.escalated");
  expect(escalated?.data.reason).toContain("it has already given its one automatic reply");
  seat.type("mine\r");
  expect(await seat.ended).toBe(0);
  expect(seat.shown()).toContain("<Tr0u>");
  expect(world.of("reply.injected")).toHaveLength(1);
});

test("asked with echo, or by a tool that paints it itself, it is the person's", async () => {
  for (const how of ['read -r -p "API key: " a; echo "<$a>"', `stty -icanon -echo; ${asks}`]) {
    await using world = new World();
    const seat = await governedWithSecret(world, { script: how });
    await isPersons(world, seat, "the secret would be shown as it is typed");
  }
});

test("without kernel evidence it is the person's", async () => {
  await using world = new World();
  const options = ["--kernel-evidence", "off"];
  const seat = await governedWithSecret(world, { script: asks, options });
  await isPersons(world, seat, 'rule "lend" would answer, but');
});

test("without a keychain it is the person's, who is told what to do", async () => {
  await using world = new World();
  const variables = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${world.path("none")}` };
  const seat = await governedWithSecret(world, { script: asks, variables });
  await isPersons(world, seat, "the keychain cannot be reached");
  expect(seat.shown()).toContain("the secret site.key was not typed: the keychain cannot be");
});

test("a keychain that never answers holds up neither the tool's output nor the person for long", async () => {
  await using world = new World();
  const socket = world.path("mute");
  const mute = createServer(() => undefined).listen(socket);
  world.atEnd(() => mute.close());
  const variables = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
  const seat = await governedWithSecret(world, { script: asks, variables });
  await isPersons(world, seat, "the keychain did not answer within");
});

test("an entry that is locked away is the person's to type", async () => {
  await using world = new World();
  // One of its own: tests run in any order, and nobody is there who could unlock it.
  await using own = await startSecretService(join(folder, "locked"));
  const script = `until [ -e go ]; do sleep 0.01; done; ${asks}`;
  const seat = await governedWithSecret(world, { script, keychain: own });
  own.lock();
  world.write("go", "");
  await isPersons(world, seat, "the keychain holds no such entry, or is locked");
  expect(seat.shown()).toContain("atlasbridge secrets set site.key");
});
