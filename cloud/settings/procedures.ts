/** Procedures over a tenant's settings: how long what is kept, and whether content is taken at all. */
import * as z from "zod";
import { cursor } from "../../contracts/cloud-views.ts";
import { ownLimits, roomIn } from "../limits/room.ts";
import { exportPage } from "../retention/export.ts";
import type { Transaction } from "../store/pool.ts";
import { router, tenantProcedure } from "../trpc.ts";

export type TenantSettings = {
  content_allowed: boolean;
  entry_days: number;
  content_days: number;
};

const days = z.int().min(1).max(36_500);
const change = z
  .strictObject({ content_allowed: z.boolean(), entry_days: days, content_days: days })
  .partial();

/** As the table says where a tenant has set nothing. */
const unset: TenantSettings = { content_allowed: true, entry_days: 90, content_days: 30 };

async function settingsOf(sql: Transaction, tenantId: string): Promise<TenantSettings> {
  const [row] = await sql<TenantSettings[]>`
    SELECT content_allowed, entry_days, content_days FROM atlasbridge.tenant_settings
    WHERE tenant_id = ${tenantId}`;
  return row ?? unset;
}

export const settings = router({
  /** What platform staff let the organisation have, and how much of it there is. */
  limits: tenantProcedure.query(({ ctx }) =>
    ctx.read(async (sql) => {
      const { tenantId } = ctx;
      const nowMs = ctx.keys.clock.now();
      const { requests_per_minute: own } = await ownLimits(sql, tenantId);
      const { requestsMax, windowSeconds } = ctx.limiter.policyOf("tenant");
      const requests_per_minute = own ?? Math.floor((requestsMax * 60) / windowSeconds);
      return { requests_per_minute, ...(await roomIn(sql, { tenantId, nowMs })) };
    }),
  ),

  show: tenantProcedure.query(({ ctx }) => ctx.read((sql) => settingsOf(sql, ctx.tenantId))),

  /** What is not named stays. Fewer days delete what is older, at the next run of the job. */
  update: tenantProcedure.input(change).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { tenantId } = ctx;
      await sql`
        INSERT INTO atlasbridge.tenant_settings (tenant_id) VALUES (${tenantId})
        ON CONFLICT DO NOTHING`;
      await sql`
        SELECT 1 FROM atlasbridge.tenant_settings WHERE tenant_id = ${tenantId} FOR UPDATE`;
      const before = await settingsOf(sql, tenantId);
      const after = {
        content_allowed: input.content_allowed ?? before.content_allowed,
        entry_days: input.entry_days ?? before.entry_days,
        content_days: input.content_days ?? before.content_days,
      };
      await sql`
        UPDATE atlasbridge.tenant_settings
        SET content_allowed = ${after.content_allowed}, entry_days = ${after.entry_days},
            content_days = ${after.content_days}
        WHERE tenant_id = ${tenantId}`;
      return { result: after, target: null, before, after };
    }),
  ),

  /** All data of the tenant, a page of JSON lines at a time; `next` asks for the one after it. */
  export: tenantProcedure
    .input(z.strictObject({ cursor: cursor.optional() }))
    .query(({ ctx, input }) => {
      const { tenantId, witness } = ctx;
      const atMs = ctx.keys.clock.now();
      return ctx.read((sql) => exportPage(sql, { tenantId, witness, atMs }, input.cursor));
    }),
});
