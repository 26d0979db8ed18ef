/** What is read of traces as such: how they stand, whether what is stored still holds, and what contradicted it. */
import {
  agentsPage,
  incidentKey,
  incidentsInput,
  recheckInput,
} from "../../contracts/cloud-fleet.ts";
import { ingestHealth, unattributedRefusals } from "../ingest/health.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { acknowledgeIncident, listIncidents } from "./incidents.ts";
import { recheck } from "./recheck.ts";
import { integrityPage } from "./standing.ts";

export const integrity = router({
  agents: tenantProcedure.input(agentsPage).query(async ({ ctx, input }) => {
    const { tenantId } = ctx;
    const { witness } = ctx;
    const page = await ctx.read((sql) => integrityPage(sql, { tenantId, witness }, input));
    return { witness, ...page };
  }),
  recheck: tenantProcedure.input(recheckInput).query(({ ctx, input }) => {
    const whose = { tenantId: ctx.tenantId, agentId: input.agent_id };
    return ctx.read((sql) => recheck(sql, whose, input.after));
  }),
});

export const incidents = router({
  list: tenantProcedure
    .input(incidentsInput)
    .query(({ ctx, input }) => ctx.read((sql) => listIncidents(sql, ctx.tenantId, input))),
  acknowledge: tenantProcedure.input(incidentKey).mutation(({ ctx, input }) =>
    ctx.change(async (sql) => {
      const { tenantId, actor } = ctx;
      const how = { tenantId, by: actor.name, atMs: ctx.keys.clock.now() };
      const { before, after } = await acknowledgeIncident(sql, how, input);
      const target = `${input.agent_id} ${input.kind} ${input.seq}`;
      const told = (row: typeof after) => ({ acknowledged_at: row.acknowledged_at });
      return { result: after, target, before: told(before), after: told(after) };
    }),
  ),
});

export const ingestion = router({
  health: tenantProcedure.input(agentsPage).query(({ ctx, input }) => {
    const { tenantId } = ctx;
    const { after, rows, agent_id } = input;
    const nowMs = ctx.keys.clock.now();
    const page = { tenantId, nowMs, after, agentId: agent_id, rowsMax: rows };
    return ctx.read((sql) => ingestHealth(sql, page));
  }),
  /** Refusals of requests of which nobody knows the agent. */
  refusals: tenantProcedure.query(({ ctx }) =>
    ctx.read((sql) => unattributedRefusals(sql, { tenantId: ctx.tenantId })),
  ),
});
