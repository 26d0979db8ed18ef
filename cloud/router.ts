/** Every procedure that there is. None of them addresses a session, a prompt or a policy with a verb. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { agentId } from "../contracts/ids.ts";
import { moment } from "../contracts/moment.ts";
import type { Context } from "./context.ts";
import { decisions } from "./decisions/procedures.ts";
import { keyId, line, tenantId } from "./inputs.ts";
import { incidents, ingestion, integrity } from "./integrity/procedures.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "./keys/keys.ts";
import { tokens } from "./keys/token-procedures.ts";
import { bounds } from "./limits/bounds.ts";
import { createTenant, listTenants, suspendTenant } from "./platform/tenants.ts";
import { fleet, sessions } from "./sessions/procedures.ts";
import type { Pool } from "./store/pool.ts";
import { platformProcedure, router } from "./trpc.ts";

const ofTenant = z.strictObject({ tenant_id: tenantId });
const ofKey = z.strictObject({ tenant_id: tenantId, key_id: keyId });

function platformOf({ platform }: Context): Pool {
  if (platform !== null) return platform;
  const message = "this replica has no PLATFORM_DATABASE_URL, so it keeps no list of tenants";
  throw new TRPCError({ code: "PRECONDITION_FAILED", message });
}

const tenants = router({
  create: platformProcedure
    .input(z.strictObject({ name: line(bounds.tenantNameCharsMax) }))
    .mutation(({ ctx, input }) => createTenant(platformOf(ctx), ctx.keys.random, input.name)),
  list: platformProcedure.query(({ ctx }) => listTenants(platformOf(ctx))),
  suspend: platformProcedure
    .input(z.strictObject({ tenant_id: tenantId, is_suspended: z.boolean() }))
    .mutation(({ ctx, input }) =>
      suspendTenant(platformOf(ctx), {
        tenantId: input.tenant_id,
        isSuspended: input.is_suspended,
      }),
    ),
});

const keys = router({
  create: platformProcedure
    .input(
      z.strictObject({
        tenant_id: tenantId,
        label: line(bounds.labelCharsMax).optional(),
        agent_id: agentId.optional(),
        expires_at: moment.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      createKey(ctx.keys, input.tenant_id, {
        label: input.label,
        agentId: input.agent_id,
        expiresAt: input.expires_at,
      }),
    ),
  rotate: platformProcedure
    .input(
      ofKey.extend({ overlap_hours: z.number().min(0).max(bounds.overlapHoursMax).optional() }),
    )
    .mutation(({ ctx, input }) =>
      rotateKey(ctx.keys, input.tenant_id, {
        keyId: input.key_id,
        overlapHours: input.overlap_hours,
      }),
    ),
  revoke: platformProcedure
    .input(ofKey)
    .mutation(({ ctx, input }) => revokeKey(ctx.keys, input.tenant_id, input.key_id)),
  list: platformProcedure
    .input(ofTenant)
    .query(({ ctx, input }) => listKeys(ctx.keys, input.tenant_id)),
});

export const appRouter = router({
  ...{ fleet, sessions, decisions, integrity, incidents, ingestion, tokens },
  platform: router({ tenants, keys }),
});
export type AppRouter = typeof appRouter;
