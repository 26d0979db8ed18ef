/** What is read of decisions: each of them, the rates of rules, and what a person might make of them. */
import * as z from "zod";
import { decisionsInput, exportFormat, rulesInput } from "../../contracts/cloud-views.ts";
import { moment } from "../../contracts/moment.ts";
import { exportDecisions } from "../sessions/export.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { listDecisions } from "./list.ts";
import { ruleRates } from "./rules.ts";
import { suggestions } from "./suggestions.ts";

const span = z.strictObject({ from: moment.optional(), to: moment.optional() });
const exported = decisionsInput.omit({ cursor: true, rows: true }).extend({ format: exportFormat });

export const decisions = router({
  list: tenantProcedure
    .input(decisionsInput)
    .query(({ ctx, input }) => ctx.read((sql) => listDecisions(sql, ctx.tenantId, input))),
  rules: tenantProcedure.input(rulesInput).query(({ ctx, input }) => {
    const { tenantId } = ctx;
    const nowMs = ctx.keys.clock.now();
    return ctx.read((sql) => ruleRates(sql, { tenantId, nowMs }, input));
  }),
  suggestions: tenantProcedure.input(span).query(({ ctx, input }) => {
    const { tenantId } = ctx;
    const nowMs = ctx.keys.clock.now();
    return ctx.read((sql) => suggestions(sql, { tenantId, nowMs }, input));
  }),
  export: tenantProcedure
    .input(exported)
    .query(({ ctx, input }) =>
      ctx.read((sql) => exportDecisions(sql, ctx.tenantId, { ...input, rows: 1 })),
    ),
});
