/** Procedures over the automation tokens of a tenant. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { moment } from "../../contracts/moment.ts";
import { role } from "../../contracts/roles.ts";
import { line } from "../inputs.ts";
import { bounds } from "../limits/bounds.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { createToken, listTokens, revokeToken } from "./tokens.ts";

const dayMs = 86_400_000;

const wish = z.strictObject({
  label: line(bounds.labelCharsMax),
  role,
  /** Default: in 90 days; at most a year from now. */
  expires_at: moment.optional(),
});

export const tokens = router({
  create: tenantProcedure.input(wish).mutation(({ ctx, input }) => {
    const now = ctx.keys.clock.now();
    const expiresAt = input.expires_at ?? now + bounds.tokenDaysDefault * dayMs;
    if (expiresAt <= now || expiresAt > now + bounds.tokenDaysMax * dayMs) {
      const message = `a token expires within ${bounds.tokenDaysMax} days`;
      throw new TRPCError({ code: "BAD_REQUEST", message });
    }
    const { tenantId, actor } = ctx;
    const { label, role: wanted } = input;
    return ctx.change(async (sql) => {
      const made = { tenantId, label, role: wanted, expiresAt, createdBy: actor.name };
      const result = await createToken(sql, ctx.keys, made);
      const { token: _secret, ...after } = result;
      return { result, target: result.token_id, before: null, after };
    });
  }),

  list: tenantProcedure.query(({ ctx }) => ctx.read((sql) => listTokens(sql, ctx.tenantId))),

  revoke: tenantProcedure.input(z.strictObject({ token_id: z.uuid() })).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const now = ctx.keys.clock.now();
      const { tenantId } = ctx;
      const { before, after } = await revokeToken(sql, {
        ...{ tenantId, now },
        tokenId: input.token_id,
      });
      return { result: after, target: input.token_id, before, after };
    }),
  ),
});
