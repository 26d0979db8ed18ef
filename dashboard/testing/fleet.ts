/** The real service with its database and both providers, two organisations with data in them, and people of each role. */
import { readAssets } from "../../cmd/atlasbridge/dashboard/assets.ts";
import { type Simulated, send, simulate } from "../../cmd/demo/fleet.ts";
import { signedRequest, TestAgent, type TestKey } from "../../cloud/testing/agent.ts";
import type { TestBrowser } from "../../cloud/testing/browser.ts";
import { startWorld, type World } from "../../cloud/testing/login.ts";
import { tell, upload } from "../../cloud/testing/story.ts";
import { rotateKey } from "../../cloud/keys/keys.ts";
import type { Role } from "../../contracts/roles.ts";
import { type Look, openPage, type Opened } from "./dash.ts";

export type Fleet = {
  world: World;
  origin: string;
  /** The one that most is seen of, and another with two sessions. */
  tenant: string;
  other: string;
  simulated: readonly Simulated[];
  key: TestKey;
  /** A session whose content was shared. */
  shared: { agent: string; session: string };
  /** A page as somebody of that role has it: signed in through a provider. */
  open(role: Role, path: string, look?: Look): Promise<Opened>;
  /** As whoever has signed in with that browser. */
  openAs(browser: TestBrowser, path: string, look?: Look): Promise<Opened>;
};

/** Ends in front of a fleet that has lived for a week. */
export async function startFleet(): Promise<Fleet> {
  const world = await startWorld({ assets: await readAssets("cloud.pack") });
  const { service } = world;
  const [tenant, other] = [await service.newTenant(), await service.newTenant()];
  await nameTenant(world, tenant, "Northwind");
  await nameTenant(world, other, "Contoso");
  const key = await service.newKey(tenant);
  const simulated = simulate({ agents: 4, days: 8, seed: 8, nowMs: Date.now() });
  for (const one of simulated) await send(service, one, key);
  await labelAll(world, tenant, simulated);
  const rotated = await service.newKey(tenant);
  await rotateKey(service.parts, tenant, { keyId: rotated.key_id });
  await forkOne(world, simulated[1]?.agent.id ?? "", key);
  await world.invite(tenant, "new.colleague@example.com", "operator");
  const people = new Map<Role, TestBrowser>();
  const browserOf = async (role: Role): Promise<TestBrowser> => {
    const known = people.get(role) ?? (await world.signedIn(tenant, role));
    people.set(role, known);
    return known;
  };
  const openAs = async (browser: TestBrowser, path: string, look: Look = {}): Promise<Opened> => {
    const jar = browser.jar(service.url);
    const cookies = [...jar].map(([name, value]) => ({ name, value, url: service.url }));
    return await openPage(`${service.url}${path}`, { ...look, cookies });
  };
  return {
    ...{ world, origin: service.url, tenant, other, simulated, key, openAs },
    shared: await shareOne(world, tenant),
    open: async (role, path, look = {}) => await openAs(await browserOf(role), path, look),
  };
}

async function nameTenant({ database }: World, tenantId: string, name: string): Promise<void> {
  await database.sql`UPDATE atlasbridge.tenants SET name = ${name} WHERE tenant_id = ${tenantId}`;
}

async function labelAll(
  { service }: World,
  tenant: string,
  simulated: readonly Simulated[],
): Promise<void> {
  const client = service.client(await service.newToken(tenant, "operator"));
  for (const { agent, label } of simulated) {
    await client.agents.label.mutate({ agent_id: agent.id, label });
  }
}

/** Somebody goes on from a copy of a machine: another history under the same id. */
async function forkOne({ service }: World, agentId: string, key: TestKey): Promise<void> {
  const twin = new TestAgent(agentId);
  twin.session(1);
  const batch = twin.batch({ from: 1, to: twin.seq, key });
  const { status } = await service.post(signedRequest(batch, { key }));
  if (status !== 409) throw new Error(`a second history is answered with ${status}`);
}

/** One machine whose operator shares what its terminals show. */
async function shareOne({ service }: World, tenant: string): Promise<Fleet["shared"]> {
  const agent = new TestAgent(undefined, Date.now() - 600_000);
  agent.paceMs = 900;
  const session = tell(agent, {
    tool: "claude",
    shared: { label: "fix the build", command: ["claude", "--resume"], cwd: "/srv/atlas-web" },
    prompts: [
      { question: "Run npm test?", rule: "run-tests", reason: "tests run without asking" },
      {
        ...{ question: "Publish release 2.4.0 to everybody?", reply: "no", rule: null },
        ...{ action: "require_human", reason: "no rule matched", risk: "high" },
      },
    ],
  });
  await upload(service, { agent, key: await service.newKey(tenant, agent.id), from: 1 });
  return { agent: agent.id, session };
}
