/** Services of earlier versions, as they were, beside this one at one database: each reads what the other took, and all is counted. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { agentId } from "../../contracts/ids.ts";
import { createTRPCClient, httpLink } from "@trpc/client";
import { newPrivateKeyPem } from "../crypto.ts";
import { newKeyRingText } from "../keys/ring.ts";
import { systemRandom } from "../random.ts";
import type { AppRouter } from "../router.ts";
import { TestAgent, type TestKey } from "../testing/agent.ts";
import { standing } from "../testing/stand.ts";
import { tell, upload } from "../testing/story.ts";
import { migrations } from "./migrations.ts";

const root = resolve(import.meta.dir, "../..");
const lastMigrations = 6;

/** What it says; nothing where it fails, or is not there. */
function git(...words: string[]): string {
  if (Bun.which("git") === null) return "";
  const { exitCode, stdout } = Bun.spawnSync(["git", ...words], { cwd: root, stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().trim() : "";
}

type Older = { commit: string; knows: number };

/** Every other one of those that came with the last migrations before the newest, as far as the history here goes back: a copy may have none. */
function olderVersions(): Older[] {
  const found = new Map<string, Older>();
  for (const { number, name } of migrations.toReversed().slice(1, 1 + lastMigrations)) {
    const file = `cloud/store/migrations/${String(number).padStart(4, "0")}-${name}.sql`;
    const commit =
      git("log", "--diff-filter=A", "--format=%H", "--", file).split("\n").at(-1) ?? "";
    if (commit === "") continue;
    const list = git("ls-tree", "--name-only", commit, "cloud/store/migrations/");
    const knows = list.split("\n").filter((line) => line.endsWith(".sql")).length;
    found.set(commit, { commit, knows });
  }
  const before = [...found.values()].filter(({ knows }) => knows < migrations.length);
  return before.filter((_, at) => at % 2 === 0);
}

const older = olderVersions();
const ring = newKeyRingText(systemRandom);
const witnessKey = newPrivateKeyPem();
const { database, service, tenant, key } = await standing({ keyRing: ring, witnessKey });
const running: Bun.Subprocess[] = [];
afterAll(async () => {
  for (const child of running) child.kill();
  for (const child of running) await child.exited;
});

/** Its sources as they were, with the libraries that are here now. */
async function startOlder({ commit }: Older): Promise<string> {
  const folder = join(database.home, commit);
  mkdirSync(folder);
  const archived = Bun.spawn(["git", "archive", commit, "cloud", "cmd", "contracts", "runtime"], {
    ...{ cwd: root, stdout: "pipe" as const },
  });
  await Bun.spawn(["tar", "-x", "-C", folder], { stdin: archived.stdout }).exited;
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  // Of its pages, none.
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist", "cloud.pack"), "[]\n");
  const { app, platform } = database.embedded.urls;
  const words = ["cmd/atlasbridge-cloud.ts", "serve", "--port", "0", "--home", folder, "--json"];
  const child = Bun.spawn([process.execPath, ...words], {
    ...{ cwd: folder, stdout: "pipe" as const, stderr: Bun.file(join(folder, "log")) },
    env: {
      ...{ PATH: process.env["PATH"] ?? "", HOME: folder },
      ...{ DATABASE_URL: app, PLATFORM_DATABASE_URL: platform },
      ...{ ATLASBRIDGE_KEY_RING: ring, ATLASBRIDGE_WITNESS_KEY: witnessKey },
      ATLASBRIDGE_PLATFORM_TOKEN: "abp_of_a_test",
    },
  });
  running.push(child);
  for await (const chunk of child.stdout) return JSON.parse(new TextDecoder().decode(chunk)).url;
  throw new Error(`it did not start: ${await Bun.file(join(folder, "log")).text()}`);
}

const clientOf = (url: string, token: string) =>
  createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers: { authorization: `Bearer ${token}` } })],
  });

const at = (url: string) => ({
  post: ({ body, ...sent }: Parameters<typeof service.post>[0]) =>
    fetch(`${url}/v1/traces`, { ...sent, body: new Uint8Array(body) }),
});

type Took = { agent: TestAgent; session: string; label: string };

async function take(url: string, label: string, by: TestKey): Promise<Took> {
  const agent = new TestAgent();
  const session = tell(agent, { tool: `tool-${label}`, prompts: [{}, {}], shared: { label } });
  await upload(at(url), { agent, key: by, from: 1 });
  return { agent, session, label };
}

/** Everything that is made of a batch, as that service tells it. */
async function told(url: string, token: string, { agent, session, label }: Took) {
  const client = clientOf(url, token);
  const agent_id = agentId.parse(agent.id);
  const [found, overview, rules, checked, facets] = await Promise.all([
    client.sessions.list.query({ text: label }),
    client.fleet.overview.query({ agent_id, from: Date.now() - 20 * 86_400_000 }),
    client.decisions.rules.query({ agent_id }),
    client.integrity.recheck.query({ agent_id }),
    client.sessions.facets.query(),
  ]);
  expect(found.rows.map((row) => String(row.session_id))).toEqual([session]);
  expect(overview.total).toMatchObject({ entries: agent.seq, prompts: 2 });
  expect(rules.rules).toMatchObject([{ rule_id: "safe", decisions: 2 }]);
  expect(checked).toMatchObject({ checked_to: agent.seq, fault: null, done: true });
  expect(facets.tools).toContainEqual({ tool: `tool-${label}`, sessions: 1 });
}

describe.each(older)("a service that knows $knows migrations", (one) => {
  test(`runs at a database that has ${migrations.length}, and neither misses what the other took`, async () => {
    const url = await startOlder(one);
    const token = await service.newToken(tenant, "admin");
    const theirs = await take(url, `older-${one.knows}`, key);
    const ours = await take(service.url, `newer-${one.knows}`, key);
    for (const took of [theirs, ours]) {
      await told(service.url, token, took);
      await told(url, token, took);
    }
    // One trace, taken in turns.
    const from = theirs.agent.seq + 1;
    const session = tell(theirs.agent, { prompts: [{}] });
    await upload(service, { agent: theirs.agent, key, from });
    const list = await clientOf(url, token).sessions.list.query({});
    expect(list.rows.map((row) => String(row.session_id))).toContain(session);
  }, 60_000);
});
