/** Procedures over the members of a tenant, and over invitations to become one. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { role } from "../../contracts/roles.ts";
import { email } from "../inputs.ts";
import { router, tenantProcedure } from "../trpc.ts";
import {
  createInvitation,
  endInvitations,
  listInvitations,
  revokeInvitation,
} from "./invitations.ts";
import { sendInvitation } from "./mail.ts";
import { listMembers, removeMember, setRole } from "./members.ts";

const ofPerson = z.strictObject({ person_id: z.uuid() });

export const members = router({
  list: tenantProcedure.query(({ ctx }) => ctx.read((sql) => listMembers(sql, ctx.tenantId))),

  setRole: tenantProcedure.input(ofPerson.extend({ role })).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { person_id: personId } = input;
      const which = { tenantId: ctx.tenantId, personId };
      const { before, after } = await setRole(sql, { ...which, role: input.role });
      return { result: after, target: personId, before, after };
    }),
  ),

  remove: tenantProcedure.input(ofPerson).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { person_id: personId } = input;
      const { tenantId } = ctx;
      const before = await removeMember(sql, { tenantId, personId });
      // Nor do they come back by a link that they have not used yet.
      const now = ctx.keys.clock.now();
      await endInvitations(sql, { tenantId, email: before.email, now });
      return { result: before, target: personId, before, after: null };
    }),
  ),
});

export const invitations = router({
  list: tenantProcedure.query(({ ctx }) => ctx.read((sql) => listInvitations(sql, ctx.tenantId))),

  /** The link is told when no e-mail went out: then whoever invites passes it on. */
  create: tenantProcedure
    .input(z.strictObject({ email, role }))
    .mutation(async ({ ctx, input }) => {
      const { tenantId, actor, caller } = ctx;
      const { allowed } = await ctx.limiter.take("invitations", tenantId);
      if (!allowed) {
        const message = "this organisation has invited too many people lately; come back later";
        throw new TRPCError({ code: "TOO_MANY_REQUESTS", message });
      }
      const made = await ctx.change(async (sql) => {
        const wish = { tenantId, ...input, createdBy: actor.name };
        const result = await createInvitation(sql, ctx.keys, wish);
        const { invitation } = result;
        return { result, target: invitation.invitation_id, before: null, after: invitation };
      });
      const { tenantName } = caller;
      // What a token is called may be anything, and a letter of ours is to say nothing that somebody made up.
      const invitedBy = caller.kind === "person" ? caller.email : "An administrator";
      return await sendInvitation(ctx, { ...made, tenantName, invitedBy });
    }),

  revoke: tenantProcedure
    .input(z.strictObject({ invitation_id: z.uuid() }))
    .mutation(({ ctx, input }) =>
      ctx.change(async (sql) => {
        const { invitation_id: invitationId } = input;
        const now = ctx.keys.clock.now();
        const wish = { tenantId: ctx.tenantId, invitationId, now };
        const { before, after } = await revokeInvitation(sql, wish);
        return { result: after, target: invitationId, before, after };
      }),
    ),
});
