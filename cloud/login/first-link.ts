/** The way in for a service on one machine that was told of no provider: a link that works once, printed at start. */
import { secretRandomBytes, writeSecret } from "../../contracts/api-key.ts";
import { isSameSecret } from "../../contracts/signature.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { record } from "../audit/audit.ts";
import { sha256 } from "../crypto.ts";
import { createTenant, listTenants } from "../platform/tenants.ts";
import type { Pool } from "../store/pool.ts";
import { personIdOf } from "./account.ts";
import { beginSession, type Begun, sweepSessions, type SessionParts } from "./sessions.ts";

export interface FirstLink {
  path: string;
  isOf(code: string): boolean;
  /** Signs in whoever has the code, as an admin; null when it was used before. */
  follow(code: string, browser: string): Promise<Begun | null>;
}

/** Whoever holds this machine: no provider vouches for them, nor can one. */
const owner = { issuer: "local", subject: "owner" };
const account = { email: "owner@localhost", name: "The owner of this machine" };

export function makeFirstLink(platform: Pool, parts: SessionParts): FirstLink {
  const code = writeSecret(parts.random.bytes(secretRandomBytes), sha256, "abi");
  let isUsed = false;
  const isOf = (given: string): boolean =>
    !isUsed && isSameSecret(sha256(new TextEncoder().encode(given)), hashOf(code));
  return {
    path: `/welcome/${code}`,
    isOf,
    async follow(given, browser) {
      if (!isOf(given)) return null;
      isUsed = true;
      const tenantId = await firstTenant(platform, parts);
      return await signInOwner(tenantId, browser, parts);
    },
  };
}

const hashOf = (code: string): Uint8Array => sha256(new TextEncoder().encode(code));

async function firstTenant(platform: Pool, { random }: SessionParts): Promise<string> {
  const tenants = await listTenants(platform);
  const open = tenants.find(({ suspended_at }) => suspended_at === null);
  return (open ?? (await createTenant(platform, random, "My organisation"))).tenant_id;
}

async function signInOwner(tenantId: string, browser: string, parts: SessionParts): Promise<Begun> {
  const personId = personIdOf(owner);
  const now = parts.clock.now();
  return await parts.pool.withTenant(tenantId, async (sql) => {
    await sql`
      INSERT INTO atlasbridge.memberships
        (tenant_id, person_id, provider, email, name, role, created_at)
      VALUES (${tenantId}, ${personId}, 'local', ${account.email}, ${account.name}, 'admin',
        ${momentToIso(now)})
      ON CONFLICT (tenant_id, person_id) DO UPDATE SET role = 'admin'`;
    await sweepSessions(sql, { tenantId, personId, now });
    const begun = await beginSession(sql, parts, {
      ...{ tenantId, personId, role: "admin", browser, grant: null },
      ...{ signedInAt: now, checkedAt: now },
    });
    await record(sql, {
      ...{ tenantId, at: now, action: "sign-in", target: begun.sessionId, before: null },
      actor: { kind: "person", id: personId, name: account.email },
      after: { provider: "local", browser },
    });
    return begun;
  });
}
