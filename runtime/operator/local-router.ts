/** Every procedure of the local dashboard. What acts on a session goes the way of `prompts reply`, and no other. */
import { initTRPC, TRPCError } from "@trpc/server";
import * as z from "zod";
import { type DashboardAnswer, dashboardAnswer, type LiveView } from "../../contracts/dashboard.ts";
import { AtlasError } from "../../contracts/errors.ts";
import { sessionId } from "../../contracts/ids.ts";
import { limits } from "../../contracts/limits.ts";
import type { PromptFate } from "../../contracts/operator.ts";
import type { SessionShowView, SessionsListView } from "../../contracts/views.ts";

/** What the dashboard is made of; wired by whoever serves it. Each throws `AtlasError`. */
export interface LocalParts {
  /** What is going on, now and whenever it has changed, until the signal. */
  live(signal: AbortSignal): AsyncIterable<LiveView>;
  /** Resolves when its effect was seen, or none was. */
  answer(answer: DashboardAnswer): Promise<PromptFate>;
  sessions(asked: SessionsAsked): Promise<SessionsPage>;
  session(id: string): Promise<SessionShowView>;
  /** The session's recording for a player, without secrets; null where there is none. */
  cast(id: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null>;
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
  live: procedure.subscription(async function* ({ ctx, signal }) {
    yield* ctx.parts.live(signal ?? new AbortController().signal);
  }),
  answer: procedure.input(dashboardAnswer).mutation(({ ctx, input }) => ctx.parts.answer(input)),
  sessions: trpc.router({
    list: procedure.input(sessionsAsked).query(({ ctx, input }) => ctx.parts.sessions(input)),
    show: procedure
      .input(z.strictObject({ id: sessionId }))
      .query(({ ctx, input }) => ctx.parts.session(input.id)),
  }),
});
export type LocalRouter = typeof localRouter;
