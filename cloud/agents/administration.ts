/** Procedures that administer agents; none of them reaches a machine. */
import * as z from "zod";
import { agentId } from "../../contracts/ids.ts";
import { line } from "../inputs.ts";
import { bounds } from "../limits/bounds.ts";
import { tenantProcedure } from "../trpc.ts";
import { labelAgent, registerAgent, revokeAgent } from "./administer.ts";

const label = line(bounds.labelCharsMax);
const ofAgent = z.strictObject({ agent_id: agentId });

export const agentAdministration = {
  register: tenantProcedure
    .input(ofAgent.extend({ label: label.optional() }))
    .mutation(({ ctx, input }) =>
      ctx.change(async (sql) => {
        const { agent_id, label: called = null } = input;
        const which = { tenantId: ctx.tenantId, agentId: agent_id };
        const now = ctx.keys.clock.now();
        const { before, after } = await registerAgent(sql, { ...which, label: called, now });
        return { result: after, target: agent_id, before, after };
      }),
    ),

  label: tenantProcedure
    .input(ofAgent.extend({ label: label.nullable() }))
    .mutation(({ ctx, input }) =>
      ctx.change(async (sql) => {
        const { agent_id } = input;
        const which = { tenantId: ctx.tenantId, agentId: agent_id };
        const { before, after } = await labelAgent(sql, { ...which, label: input.label });
        return { result: after, target: agent_id, before, after };
      }),
    ),

  /** `is_revoked` false: it is taken from again. */
  revoke: tenantProcedure
    .input(ofAgent.extend({ is_revoked: z.boolean() }))
    .mutation(({ ctx, input }) =>
      ctx.change(async (sql) => {
        const { agent_id, is_revoked: isRevoked } = input;
        const which = { tenantId: ctx.tenantId, agentId: agent_id };
        const now = ctx.keys.clock.now();
        const { before, after } = await revokeAgent(sql, { ...which, isRevoked, now });
        return { result: after, target: agent_id, before, after };
      }),
    ),
};
