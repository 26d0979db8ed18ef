/** Procedures over a tenant's audit log: read and verified, never written. */
import * as z from "zod";
import { bounds } from "../limits/bounds.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { listEntries, verifyLog } from "./audit.ts";

const page = z.strictObject({
  /** Entries before this number; absent: the newest. */
  before: z.int().min(1).optional(),
  count: z.int().min(1).max(bounds.auditPageMax).default(50),
});

export const audit = router({
  list: tenantProcedure.input(page).query(({ ctx, input }) =>
    ctx.read(async (sql) => {
      const { before = null, count } = input;
      const entries = await listEntries(sql, { tenantId: ctx.tenantId, before, count });
      const last = entries.at(-1)?.seq ?? 1;
      return { entries, next_before: last > 1 ? last : null };
    }),
  ),

  verify: tenantProcedure.query(({ ctx }) => ctx.read((sql) => verifyLog(sql, ctx.tenantId))),
});
