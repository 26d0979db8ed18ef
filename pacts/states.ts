/** What is so at the service before a pact's request comes: each state by the name that pacts give it, in a tenant of its own. */
import { createKey, type KeyWish, revokeKey, rotateKey } from "../cloud/keys/keys.ts";
import { systemRandom } from "../cloud/random.ts";
import { newNonce, signedRequest, TestAgent } from "../cloud/testing/agent.ts";
import type { TestDatabase, TestService } from "../cloud/testing/service.ts";
import { secretRandomBytes, writeKeyId } from "../contracts/api-key.ts";
import { uploadBatch, uploadLimits } from "../contracts/upload.ts";
import { sameKey, sameSecretBytes } from "./same.ts";
import type { Manner, Way } from "./way.ts";

export type World = {
  database: TestDatabase;
  service: TestService;
  way: Way;
  /** The body of an interaction of the pact that is verified. */
  bodyOf: (description: string) => string;
};

type State = (world: World) => Promise<void>;
type Undone = { setup: State; teardown: State };

const first = "the first entries of a trace";

/** A tenant, and a key of it whose secret is that of all pacts. */
async function fresh({ service, way }: World, wish: KeyWish = {}) {
  const tenantId = await service.newTenant();
  const bytes = (count: number): Uint8Array =>
    count === secretRandomBytes ? sameSecretBytes : systemRandom.bytes(count);
  const parts = { ...service.parts, random: { ...systemRandom, bytes } };
  const { key_id: keyId } = await createKey(parts, tenantId, wish);
  way.manner = { keyId };
  return { tenantId, keyId, key: { key_id: keyId, secret: sameKey.secret } };
}

async function takes({ way }: World, body: string): Promise<void> {
  const response = await way.post(body);
  if (response.status !== 202) throw new Error(await response.text());
}

const agentIn = ({ bodyOf }: World): string =>
  uploadBatch.parse(JSON.parse(bodyOf(first))).agent.id;

/** All is as it should be but for how the request comes. */
const coming =
  (how: Omit<Manner, "keyId">): State =>
  async (world) => {
    await fresh(world);
    Object.assign(world.way.manner, how);
  };

const contentAllowed =
  (isAllowed: boolean): State =>
  async (world) => {
    const { tenantId } = await fresh(world);
    await world.database.sql`
      INSERT INTO atlasbridge.tenant_settings (tenant_id, content_allowed)
      VALUES (${tenantId}, ${isAllowed})`;
  };

const ofBatches: Readonly<Record<string, State | Undone>> = {
  "the service runs": async () => {},
  "the agent was never seen": coming({}),
  "the tenant takes content": contentAllowed(true),
  "the tenant takes no content": contentAllowed(false),
  async "the same entries were taken before"(world) {
    await fresh(world);
    await takes(world, world.bodyOf("entries that were taken before"));
  },
  async "the entries before these were taken"(world) {
    await fresh(world);
    await takes(world, world.bodyOf(first));
  },
  async "the entries before these were taken, and their checkpoint was never cosigned"(world) {
    const { tenantId } = await fresh(world);
    await takes(world, world.bodyOf(first));
    const { sql } = world.database;
    await sql`DELETE FROM atlasbridge.trace_checkpoints WHERE tenant_id = ${tenantId}`;
  },
  async "another history of the agent was taken"(world) {
    const { key } = await fresh(world);
    const batch = new TestAgent(agentIn(world)).batch({ from: 1, to: 2, key });
    const response = await world.service.post(signedRequest(batch, { key }));
    if (response.status !== 202) throw new Error(await response.text());
  },
  async "the agent was revoked"(world) {
    const { tenantId } = await fresh(world);
    await takes(world, world.bodyOf(first));
    const { sql } = world.database;
    await sql`UPDATE atlasbridge.agents SET revoked_at = now() WHERE tenant_id = ${tenantId}`;
  },
};

const ofKeys: Readonly<Record<string, State>> = {
  async "the key has a successor and ends soon"(world) {
    const { tenantId, keyId } = await fresh(world);
    await rotateKey(world.service.parts, tenantId, { keyId });
  },
  async "the key has another secret"(world) {
    const { key_id: keyId } = await world.service.newKey(await world.service.newTenant());
    world.way.manner = { keyId };
  },
  async "there is no such key"({ way }) {
    way.manner = { keyId: writeKeyId(systemRandom.bytes(12)) };
  },
  async "the key was revoked"(world) {
    const { tenantId, keyId } = await fresh(world);
    await revokeKey(world.service.parts, tenantId, keyId);
  },
  "the key has expired": async (world) => void (await fresh(world, { expiresAt: 1 })),
  "the key is for another agent": async (world) =>
    void (await fresh(world, { agentId: systemRandom.uuidv7() })),
  async "the key has used up its allowance"(world) {
    const { keyId } = await fresh(world);
    const { limiter } = world.service.parts;
    while ((await limiter.take("key", keyId)).allowed);
  },
};

const ofTheWay: Readonly<Record<string, State | Undone>> = {
  "the body is changed on its way": coming({ carried: (bytes) => Buffer.concat([bytes, bytes]) }),
  async "the runtime's clock is ten minutes behind"(world) {
    await fresh(world);
    world.way.manner.signed = { created: Math.floor(Date.now() / 1_000) - 600 };
  },
  async "a request with this nonce was taken before"(world) {
    await fresh(world);
    world.way.manner.signed = { nonce: newNonce() };
    await takes(world, world.bodyOf(first));
  },
  "the body is larger than the service takes": coming({
    written: (text) => text + " ".repeat(uploadLimits.decodedBytesMax),
  }),
  "the service does not read the coding of the body": coming({
    signed: { encoding: "br" as "zstd" },
  }),
  "the body is cut short before it is signed": coming({ written: (text) => text.slice(0, -9) }),
  "the service does not read the schema of the batch": coming({
    written: (text) => text.replace("atlasbridge.trace/1", "atlasbridge.trace/0"),
  }),
  "the service cannot reach its database": {
    async setup(world) {
      await fresh(world);
      const { sql } = world.database;
      await sql`ALTER ROLE atlasbridge_app NOLOGIN`;
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'atlasbridge_app'`;
    },
    teardown: async ({ database }) => void (await database.sql`ALTER ROLE atlasbridge_app LOGIN`),
  },
};

/** By their names, which are never changed: older pacts name them. */
export const states: Readonly<Record<string, State | Undone>> = {
  ...ofBatches,
  ...ofKeys,
  ...ofTheWay,
};
