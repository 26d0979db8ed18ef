/** Procedures over the ingestion keys of a tenant. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { agentId } from "../../contracts/ids.ts";
import { moment } from "../../contracts/moment.ts";
import { keyId, line } from "../inputs.ts";
import { bounds } from "../limits/bounds.ts";
import { openDoor } from "../store/pool.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { createKey, type KeyParts, type KeyWish, listKeys, revokeKey, rotateKey } from "./keys.ts";

export const keyWish = z.strictObject({
  label: line(bounds.labelCharsMax).optional(),
  agent_id: agentId.optional(),
  expires_at: moment.optional(),
});
export const ofKey = z.strictObject({ key_id: keyId });
export const rotation = ofKey.extend({
  overlap_hours: z.number().min(0).max(bounds.overlapHoursMax).optional(),
});

export function wishOf(input: z.infer<typeof keyWish>, now: number): KeyWish {
  if (input.expires_at !== undefined && input.expires_at <= now) {
    throw new TRPCError({ code: "BAD_REQUEST", message: "the key would have expired already" });
  }
  return { label: input.label, agentId: input.agent_id, expiresAt: input.expires_at };
}

/** Of a key that is made or rotated, what may be written down. */
export function withoutSecret<T extends { secret: string }>(made: T): Omit<T, "secret"> {
  const { secret: _secret, ...rest } = made;
  return rest;
}

const inside = (parts: KeyParts, pool: KeyParts["pool"]): KeyParts => ({ ...parts, pool });

export const keys = router({
  list: tenantProcedure.query(({ ctx }) => listKeys(ctx.keys, ctx.tenantId)),

  create: tenantProcedure.input(keyWish).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { tenantId } = ctx;
      const parts = inside(ctx.keys, openDoor(tenantId, sql));
      const result = await createKey(parts, tenantId, wishOf(input, parts.clock.now()));
      const after = { ...input, ...withoutSecret(result) };
      return { result, target: result.key_id, before: null, after };
    }),
  ),

  rotate: tenantProcedure.input(rotation).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { tenantId } = ctx;
      const { key_id, overlap_hours: overlapHours } = input;
      const parts = inside(ctx.keys, openDoor(tenantId, sql));
      const result = await rotateKey(parts, tenantId, { keyId: key_id, overlapHours });
      return { result, target: key_id, before: { key_id }, after: withoutSecret(result) };
    }),
  ),

  revoke: tenantProcedure.input(ofKey).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { tenantId } = ctx;
      const parts = inside(ctx.keys, openDoor(tenantId, sql));
      const result = await revokeKey(parts, tenantId, input.key_id);
      const { key_id, revoked_at } = result;
      return { result, target: key_id, before: { key_id }, after: { key_id, revoked_at } };
    }),
  ),
});
