/** What is read of sessions and of the fleet as a whole. */
import { searchInput } from "../../contracts/cloud-fleet.ts";
import {
  exportFormat,
  overviewInput,
  sessionKey,
  sessionsInput,
  timelineInput,
} from "../../contracts/cloud-views.ts";
import { search } from "../agents/search.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { exportSessions } from "./export.ts";
import { listSessions, sessionFacets } from "./list.ts";
import { overview } from "./overview.ts";
import { proveSession } from "./proof.ts";
import { sessionTimeline } from "./timeline.ts";

const exported = sessionsInput.omit({ cursor: true, rows: true }).extend({ format: exportFormat });

export const sessions = router({
  list: tenantProcedure
    .input(sessionsInput)
    .query(({ ctx, input }) => ctx.read((sql) => listSessions(sql, ctx.tenantId, input))),
  facets: tenantProcedure.query(({ ctx }) => ctx.read((sql) => sessionFacets(sql, ctx.tenantId))),
  timeline: tenantProcedure
    .input(timelineInput)
    .query(({ ctx, input }) => ctx.read((sql) => sessionTimeline(sql, ctx.tenantId, input))),
  /** A file that `atlasbridge trace verify --proof` accepts. */
  proof: tenantProcedure
    .input(sessionKey)
    .query(({ ctx, input }) => ctx.read((sql) => proveSession(sql, ctx.tenantId, input))),
  export: tenantProcedure
    .input(exported)
    .query(({ ctx, input }) =>
      ctx.read((sql) => exportSessions(sql, ctx.tenantId, { ...input, rows: 1 })),
    ),
});

export const fleet = router({
  overview: tenantProcedure.input(overviewInput).query(({ ctx, input }) => {
    const { tenantId } = ctx;
    const nowMs = ctx.keys.clock.now();
    return ctx.read((sql) => overview(sql, { tenantId, nowMs }, input));
  }),
  search: tenantProcedure.input(searchInput).query(({ ctx, input }) => {
    const { tenantId } = ctx;
    const nowMs = ctx.keys.clock.now();
    return ctx.read((sql) => search(sql, { tenantId, nowMs }, input.text));
  }),
});
