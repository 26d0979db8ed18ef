/** Every procedure of the local dashboard. What acts on a session goes the way of a command, and no other. */
import { initTRPC, TRPCError } from "@trpc/server";
import * as z from "zod";
import type { Autopilot } from "../../contracts/autopilot.ts";
import type { ConfigListView } from "../../contracts/config.ts";
import {
  type AutopilotChange,
  autopilotChange,
  type DashboardAnswer,
  type DashboardProof,
  dashboardAnswer,
  type DashboardSession,
  dashboardSteer,
  type DashboardSteer,
  type DashboardSteered,
  type DaysView,
  type LiveView,
  type MadeUpPrompt,
  madeUpPrompt,
  type SessionGlance,
} from "../../contracts/dashboard.ts";
import type { DoctorView } from "../../contracts/doctor.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { promptId, type SessionId, sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { Moment } from "../../contracts/moment.ts";
import type { PromptFate } from "../../contracts/operator.ts";
import type { PolicyCoverageView, PolicySimulateView } from "../../contracts/policy-tools.ts";
import type { PolicyShowView } from "../../contracts/policy-view.ts";
import type { PolicyExplainView } from "../../contracts/policy-views.ts";
import type {
  SessionsListView,
  TraceArchiveView,
  TraceVerifyView,
  TraceWitnessesView,
} from "../../contracts/views.ts";

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** What the dashboard is made of; wired by whoever serves it. Each throws `AtlasError`. */
export interface LocalParts {
  /** What is going on, now and whenever it has changed, until the signal. */
  live(signal: AbortSignal): AsyncIterable<LiveView>;
  /** Resolves when its effect was seen, or none was. */
  answer(answer: DashboardAnswer): Promise<PromptFate>;
  sessions(asked: SessionsAsked): Promise<SessionsPage>;
  session(id: string): Promise<DashboardSession>;
  days(count: number): Promise<DaysView>;
  /** Of those that run and answer; the last `lines` of each screen. */
  glances(asked: { ids: readonly SessionId[]; lines: number }): Promise<SessionGlance[]>;
  /** As `sessions pause|resume|stop` does it. */
  steer(order: DashboardSteer): Promise<DashboardSteered>;
  /** The session's recording for a player, without secrets; null where there is none. */
  cast(id: string): Promise<Bytes | null>;
  /** A report as one page, without secrets: of one session, or of all. */
  report(sessionId: string | null): Bytes;
  policy: PolicyParts;
  autopilot(change: AutopilotChange): Autopilot;
  /** Who used the brake, newest first. */
  brakes(): Promise<
    { seq: number; at: Moment; mode: string; by: string; action?: string | undefined }[]
  >;
  verify(): Promise<TraceVerifyView>;
  witnesses(): Promise<TraceWitnessesView>;
  /** A proof of one entry, as a file for anybody. */
  prove(which: { seq: number; content: boolean }): Promise<string>;
  checkProof(text: string): Promise<DashboardProof>;
  /** Moves what is older than the first of this month, such as `2026-08`, into files of their own. */
  archive(before: string): Promise<TraceArchiveView>;
  doctor(): Promise<DoctorView>;
  settings(): Promise<ConfigListView>;
  /** `value`: as it would stand in the file; null takes it out. */
  setSetting(change: { key: string; value: string | null }): Promise<void>;
}

export interface PolicyParts {
  show(): Promise<PolicyShowView>;
  coverage(): Promise<PolicyCoverageView>;
  explainPast(which: { session_id: string; prompt_id: string }): Promise<PolicyExplainView>;
  explainMadeUp(prompt: MadeUpPrompt): Promise<PolicyExplainView>;
  /** Of the user's own policy; empty where there is none. */
  text(): Promise<{ file: string; text: string }>;
  simulate(text: string): Promise<PolicySimulateView>;
}

const sessionsAsked = z.strictObject({
  /** Sessions older than this one. */
  cursor: sessionId.nullish(),
  /** Found in tool, label, command, folder or id. */
  search: z.string().max(limits.dashboardSearchCharsMax).optional(),
  state: z.enum(["all", "running", "ended", "died"]).default("all"),
  limit: z.int().min(1).max(limits.dashboardPageRowsMax).default(50),
});
export type SessionsAsked = z.infer<typeof sessionsAsked>;

const glancesAsked = z.strictObject({
  ids: z.array(sessionId).max(limits.dashboardGlancesMax),
  lines: z.int().min(0).max(limits.dashboardGlanceLinesMax),
});

export type SessionsPage = {
  sessions: SessionsListView["sessions"];
  /** Where the next page begins; null at the end. */
  next: string | null;
};

const trpc = initTRPC.context<{ parts: LocalParts }>().create({
  errorFormatter: ({ shape }) => ({ code: shape.code, message: shape.message, data: shape.data }),
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: 10_000 },
    client: { reconnectAfterInactivityMs: 25_000 },
  },
});

const codes: Partial<Record<AtlasError["code"], TRPCError["code"]>> = {
  not_found: "NOT_FOUND",
  usage: "BAD_REQUEST",
  policy_invalid: "BAD_REQUEST",
  refused_by_policy: "FORBIDDEN",
};

/** What a person may read of a failure is what `AtlasError` says; of anything else, that there was one. */
const procedure = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause, code } = result.error;
  if (cause instanceof AtlasError) {
    const as = codes[cause.code] ?? "INTERNAL_SERVER_ERROR";
    throw new TRPCError({ code: as, message: cause.message });
  }
  if (code !== "INTERNAL_SERVER_ERROR") return result;
  throw new TRPCError({ code, message: "it failed inside; please report it" });
});

export const localRouter = trpc.router({
  /** Whether the line stands, and whoever asks is let in. */
  line: procedure.query(() => true),
  live: procedure.subscription(async function* ({ ctx, signal }) {
    yield* ctx.parts.live(signal ?? new AbortController().signal);
  }),
  answer: procedure.input(dashboardAnswer).mutation(({ ctx, input }) => ctx.parts.answer(input)),
  sessions: trpc.router({
    list: procedure.input(sessionsAsked).query(({ ctx, input }) => ctx.parts.sessions(input)),
    show: procedure
      .input(z.strictObject({ id: sessionId }))
      .query(({ ctx, input }) => ctx.parts.session(input.id)),
    days: procedure
      .input(z.strictObject({ days: z.int().min(1).max(90) }))
      .query(({ ctx, input }) => ctx.parts.days(input.days)),
    glances: procedure.input(glancesAsked).query(({ ctx, input }) => ctx.parts.glances(input)),
    steer: procedure.input(dashboardSteer).mutation(({ ctx, input }) => ctx.parts.steer(input)),
  }),
  policy: trpc.router({
    show: procedure.query(({ ctx }) => ctx.parts.policy.show()),
    coverage: procedure.query(({ ctx }) => ctx.parts.policy.coverage()),
    explain: procedure
      .input(z.strictObject({ session_id: sessionId, prompt_id: promptId }))
      .query(({ ctx, input }) => ctx.parts.policy.explainPast(input)),
    // These two change nothing; what they take may be too long for an address.
    test: procedure
      .input(madeUpPrompt)
      .mutation(({ ctx, input }) => ctx.parts.policy.explainMadeUp(input)),
    text: procedure.query(({ ctx }) => ctx.parts.policy.text()),
    simulate: procedure
      .input(z.strictObject({ text: z.string().max(limits.policyFileBytesMax) }))
      .mutation(({ ctx, input }) => ctx.parts.policy.simulate(input.text)),
  }),
  autopilot: trpc.router({
    change: procedure
      .input(autopilotChange)
      .mutation(({ ctx, input }) => ctx.parts.autopilot(input)),
    history: procedure.query(({ ctx }) => ctx.parts.brakes()),
  }),
  integrity: trpc.router({
    verify: procedure.query(({ ctx }) => ctx.parts.verify()),
    witnesses: procedure.query(({ ctx }) => ctx.parts.witnesses()),
    prove: procedure
      .input(z.strictObject({ seq: z.int().min(1), content: z.boolean() }))
      .query(({ ctx, input }) => ctx.parts.prove(input)),
    // It changes nothing; what it takes may be too long for an address.
    checkProof: procedure
      .input(z.strictObject({ text: z.string().max(limits.dashboardRequestBytesMax) }))
      .mutation(({ ctx, input }) => ctx.parts.checkProof(input.text)),
    archive: procedure
      .input(z.strictObject({ before: z.string().regex(/^\d{4}-\d{2}$/) }))
      .mutation(({ ctx, input }) => ctx.parts.archive(input.before)),
  }),
  doctor: procedure.query(({ ctx }) => ctx.parts.doctor()),
  settings: trpc.router({
    list: procedure.query(({ ctx }) => ctx.parts.settings()),
    set: procedure
      .input(z.strictObject({ key: z.string().max(100), value: z.string().max(4_096).nullable() }))
      .mutation(({ ctx, input }) => ctx.parts.setSetting(input)),
  }),
});
export type LocalRouter = typeof localRouter;
