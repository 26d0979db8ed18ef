/** Procedures about whoever calls: who they are here, where else they may go, and where they are signed in. */
import { TRPCError } from "@trpc/server";
import * as z from "zod";
import { record } from "../audit/audit.ts";
import type { Person } from "../caller.ts";
import { tenantId } from "../inputs.ts";
import { actorOf, personProcedure, router, tenantProcedure } from "../trpc.ts";
import { roleOf } from "../members/members.ts";
import { tenantsOf } from "./enter.ts";
import {
  beginSession,
  endSessions,
  listSessions,
  type SessionParts,
  type SessionRow,
  takeSession,
} from "./sessions.ts";

const refused = (message: string): TRPCError => new TRPCError({ code: "NOT_FOUND", message });

export const me = router({
  show: tenantProcedure.query(({ ctx: { caller } }) => {
    const { kind, tenantId: tenant_id, tenantName: tenant_name, role } = caller;
    const isPerson = caller.kind === "person";
    return {
      ...{ kind, tenant_id, tenant_name, role },
      person_id: isPerson ? caller.personId : null,
      session_id: isPerson ? caller.sessionId : null,
      email: isPerson ? caller.email : null,
      name: isPerson ? caller.name : caller.label,
    };
  }),

  /** Between which the person may switch. */
  tenants: personProcedure.query(async ({ ctx }) => {
    const choices = await tenantsOf(ctx.sessions.pool, ctx.caller.personId);
    return choices.map((one) => ({ ...one, is_current: one.tenant_id === ctx.tenantId }));
  }),

  /** Ends the session here and begins one there: the cookie is another one. */
  switchTenant: personProcedure
    .input(z.strictObject({ tenant_id: tenantId }))
    .mutation(async ({ ctx, input }) => {
      const { caller } = ctx;
      const choices = await tenantsOf(ctx.sessions.pool, caller.personId);
      const to = choices.find((one) => one.tenant_id === input.tenant_id);
      if (to === undefined) throw refused("you are not a member of an organisation of this id");
      if (to.is_suspended) throw refused("this organisation is suspended");
      if (to.tenant_id === ctx.tenantId) throw refused("you are there already");
      const left = await ctx.change(async (sql) => ({
        result: await takeSession(sql, ctx.sessions, caller),
        // Where somebody else belongs to is none of this organisation's business.
        ...{ target: caller.sessionId, before: null, after: null },
      }));
      ctx.give(await arriveIn(to.tenant_id, { caller, left }, ctx.sessions));
      return { tenant_id: to.tenant_id, name: to.name };
    }),

  sessions: personProcedure.query(async ({ ctx }) => {
    const { personId, sessionId } = ctx.caller;
    const now = ctx.sessions.clock.now();
    const found: (SessionRow & { tenant_name: string; is_current: boolean })[] = [];
    for (const { tenant_id, name } of await tenantsOf(ctx.sessions.pool, personId)) {
      const rows = await ctx.sessions.pool.withTenant(tenant_id, (sql) =>
        listSessions(sql, { tenantId: tenant_id, personId, now }),
      );
      for (const row of rows) {
        found.push({ ...row, tenant_name: name, is_current: row.session_id === sessionId });
      }
    }
    return found;
  }),

  endSession: personProcedure
    .input(z.strictObject({ session_id: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const ended = await endEverywhere(ctx, { only: input.session_id });
      if (ended === 0) throw refused("you have no session of this id");
      if (input.session_id === ctx.caller.sessionId) ctx.give("");
      return { ended };
    }),

  /** Signs out everywhere else, or everywhere. */
  endSessions: personProcedure
    .input(z.strictObject({ keep_this: z.boolean() }))
    .mutation(async ({ ctx, input }) => {
      const spared = input.keep_this ? { spared: ctx.caller.sessionId } : {};
      const ended = await endEverywhere(ctx, spared);
      if (!input.keep_this) ctx.give("");
      return { ended };
    }),
});

type Left = Awaited<ReturnType<typeof takeSession>>;

async function arriveIn(
  to: string,
  { caller, left }: { caller: Person; left: Left },
  parts: SessionParts,
): Promise<string> {
  const { personId } = caller;
  return await parts.pool.withTenant(to, async (sql) => {
    const role = await roleOf(sql, to, personId);
    if (role === null) throw refused("you are not a member of an organisation of this id");
    const begun = await beginSession(sql, parts, { ...left, tenantId: to, personId, role });
    await record(sql, {
      ...{ tenantId: to, at: parts.clock.now(), actor: actorOf(caller), action: "sign-in" },
      ...{ target: begun.sessionId, before: null, after: { browser: left.browser } },
    });
    return begun.cookie;
  });
}

type Ending = { only?: string; spared?: string };
type EndingContext = {
  caller: Person;
  sessions: SessionParts;
  path: string;
  recorded(): void;
};

/** In every organisation that the person belongs to; each writes it down for itself. */
async function endEverywhere(ctx: EndingContext, ending: Ending): Promise<number> {
  const { pool, clock } = ctx.sessions;
  const { personId } = ctx.caller;
  let ended = 0;
  for (const { tenant_id: tenant } of await tenantsOf(pool, personId)) {
    ended += await pool.withTenant(tenant, async (sql) => {
      const count = await endSessions(sql, { tenantId: tenant, personId, ...ending });
      if (count === 0) return 0;
      await record(sql, {
        ...{ tenantId: tenant, at: clock.now(), actor: actorOf(ctx.caller), action: ctx.path },
        ...{ target: ending.only ?? null, before: { sessions: count }, after: null },
      });
      return count;
    });
  }
  ctx.recorded();
  return ended;
}
