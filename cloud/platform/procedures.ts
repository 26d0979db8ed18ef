/** Procedures of platform staff: the list of tenants, their first invitations and keys, and the ring of keys. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { role } from "../../contracts/roles.ts";
import type { Context } from "../context.ts";
import { email, line, tenantId } from "../inputs.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "../keys/keys.ts";
import { keyWish, ofKey, rotation, wishOf, withoutSecret } from "../keys/procedures.ts";
import { bounds } from "../limits/bounds.ts";
import { ownLimits, setLimits } from "../limits/room.ts";
import { createInvitation } from "../members/invitations.ts";
import { sendInvitation } from "../members/mail.ts";
import { openDoor, type Pool } from "../store/pool.ts";
import { platformProcedure, router } from "../trpc.ts";
import { reseal } from "./reseal.ts";
import { createTenant, deleteTenant, listTenants, suspendTenant, tenantOf } from "./tenants.ts";

const ofTenant = z.strictObject({ tenant_id: tenantId });
const staff = "platform staff";

const upTo = (most: number) => z.int().min(1).max(most).nullable().optional();
/** As the table takes them. */
const limits = ofTenant.extend({
  requests_per_minute: upTo(10_000_000),
  agents_max: upTo(1_000_000),
  keys_max: upTo(100_000),
  members_max: upTo(100_000),
});

function platformOf({ platform }: Context): Pool {
  if (platform !== null) return platform;
  const message = "this replica has no PLATFORM_DATABASE_URL, so it keeps no list of tenants";
  throw new TRPCError({ code: "PRECONDITION_FAILED", message });
}

const tenants = router({
  create: platformProcedure
    .input(z.strictObject({ name: line(bounds.tenantNameCharsMax) }))
    .mutation(async ({ ctx, input }) => {
      const made = await createTenant(platformOf(ctx), ctx.keys.random, input.name);
      const { tenant_id: target, name } = made;
      return await ctx.change(target, async () => ({
        ...{ result: made, target, before: null, after: { name } },
      }));
    }),
  list: platformProcedure.query(({ ctx }) => listTenants(platformOf(ctx))),
  suspend: platformProcedure
    .input(ofTenant.extend({ is_suspended: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      const { tenant_id: target, is_suspended } = input;
      const wish = { tenantId: target, isSuspended: is_suspended };
      const { suspended_at } = await tenantOf(platformOf(ctx), target);
      const result = await suspendTenant(platformOf(ctx), wish);
      const [before, after] = [{ suspended_at }, { suspended_at: result.suspended_at }];
      return await ctx.change(target, async () => ({ result, target, before, after }));
    }),
  limits: platformProcedure.input(ofTenant).query(async ({ ctx, input: { tenant_id: target } }) => {
    await tenantOf(platformOf(ctx), target);
    return await ctx.keys.pool.withTenant(target, (sql) => ownLimits(sql, target));
  }),
  /** What is not named stays; null: as for everybody. */
  setLimits: platformProcedure.input(limits).mutation(async ({ ctx, input }) => {
    const { tenant_id: target, ...wish } = input;
    await tenantOf(platformOf(ctx), target);
    const now = await ctx.change(target, async (sql) => {
      const { before, after } = await setLimits(sql, target, wish);
      return { result: after, target, before, after };
    });
    ctx.allowances.forget(target);
    return now;
  }),
  /** Staff start it and see that it is done; they read nothing of what goes. */
  delete: platformProcedure
    .input(ofTenant.extend({ name: line(bounds.tenantNameCharsMax) }))
    .mutation(async ({ ctx, input }) => {
      const { tenant_id: target, name } = input;
      const result = await deleteTenant(platformOf(ctx), { tenantId: target, name });
      const after = { deleting_at: result.deleting_at };
      return await ctx.change(target, async () => ({ result, target, before: null, after }));
    }),
});

const invitations = router({
  create: platformProcedure
    .input(ofTenant.extend({ email, role }))
    .mutation(async ({ ctx, input }) => {
      const { tenant_id, ...wish } = input;
      const { name: tenantName } = await tenantOf(platformOf(ctx), tenant_id);
      const made = await ctx.change(tenant_id, async (sql) => {
        const wanted = { tenantId: tenant_id, ...wish, createdBy: staff };
        const result = await createInvitation(sql, ctx.keys, wanted);
        const { invitation } = result;
        return { result, target: invitation.invitation_id, before: null, after: invitation };
      });
      return await sendInvitation(ctx, { ...made, tenantName, invitedBy: staff });
    }),
});

const keys = router({
  create: platformProcedure
    .input(keyWish.extend({ tenant_id: tenantId }))
    .mutation(async ({ ctx, input }) => {
      const { tenant_id, ...wish } = input;
      await tenantOf(platformOf(ctx), tenant_id);
      return await ctx.change(tenant_id, async (sql) => {
        const parts = { ...ctx.keys, pool: openDoor(tenant_id, sql) };
        const result = await createKey(parts, tenant_id, wishOf(wish, parts.clock.now()));
        const after = { ...wish, ...withoutSecret(result) };
        return { result, target: result.key_id, before: null, after };
      });
    }),
  rotate: platformProcedure
    .input(rotation.extend({ tenant_id: tenantId }))
    .mutation(({ ctx, input }) =>
      ctx.change(input.tenant_id, async (sql) => {
        const { tenant_id, key_id, overlap_hours: overlapHours } = input;
        const parts = { ...ctx.keys, pool: openDoor(tenant_id, sql) };
        const result = await rotateKey(parts, tenant_id, { keyId: key_id, overlapHours });
        return { result, target: key_id, before: { key_id }, after: withoutSecret(result) };
      }),
    ),
  revoke: platformProcedure
    .input(ofKey.extend({ tenant_id: tenantId }))
    .mutation(({ ctx, input }) =>
      ctx.change(input.tenant_id, async (sql) => {
        const { tenant_id, key_id } = input;
        const parts = { ...ctx.keys, pool: openDoor(tenant_id, sql) };
        const result = await revokeKey(parts, tenant_id, key_id);
        const { revoked_at } = result;
        return { result, target: key_id, before: { key_id }, after: { key_id, revoked_at } };
      }),
    ),
  list: platformProcedure
    .input(ofTenant)
    .query(({ ctx, input }) => listKeys(ctx.keys, input.tenant_id)),
});

const keyring = router({
  /** Seals anew, under the newest key of the ring, whatever lies under an older one. */
  rotate: platformProcedure.mutation(({ ctx }) => reseal(platformOf(ctx), ctx.sessions)),
});

export const platform = router({ tenants, invitations, keys, keyring });
