/** Changes of a tenant as they come (server-sent events), for as long as whoever asked may see them. */
import { tracked, TRPCError } from "@trpc/server";
import * as z from "zod";
import type { Change } from "../../contracts/cloud-fleet.ts";
import type { Caller, Insider } from "../caller.ts";
import type { Context } from "../context.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf } from "../log.ts";
import type { Transaction } from "../store/pool.ts";
import { router, tenantProcedure } from "../trpc.ts";
import { Crowded } from "../store/gate.ts";
import type { Subscription } from "./hub.ts";
import { changesSince } from "./since.ts";

/** A browser that comes back says by itself which event it heard last. */
const input = z.strictObject({ lastEventId: z.string().max(32).nullish() }).optional();

type Looking = {
  ctx: Context & { caller: Insider; tenantId: string } & {
    read<T>(work: (sql: Transaction) => Promise<T>): Promise<T>;
  };
  lastEventId: string | null;
  /** Whoever looked has gone. */
  signal: AbortSignal | undefined;
};

export const live = router({
  /** The first event is there at once: what comes after it is heard. Each id is what to come back with. */
  changes: tenantProcedure.input(input).subscription(async function* ({
    ctx,
    input: asked,
    signal,
  }) {
    try {
      yield* told({ ctx, lastEventId: asked?.lastEventId ?? null, signal });
    } catch (error) {
      throw speakable(error, ctx);
    }
  }),
});

async function* told(looking: Looking) {
  const { ctx, lastEventId, signal } = looking;
  const { clock } = ctx.keys;
  const subscription = await ctx.live.subscribe(ctx.tenantId);
  signal?.addEventListener("abort", () => subscription.close(), { once: true });
  try {
    if (signal?.aborted === true) return;
    let heardAt = clock.now();
    yield* eventsOf(await missed(looking, lastEventId), heardAt);
    for (;;) {
      const changes = await nextOf(subscription, looking, heardAt);
      if (changes === null) return;
      await requireSame(ctx);
      heardAt = clock.now();
      yield* eventsOf(changes, heardAt);
    }
  } finally {
    subscription.close();
  }
}

/** Null: it is over. Where nothing is told for long, the database is asked: telling may have been lost. */
async function nextOf(subscription: Subscription, { ctx }: Looking, heardAt: number) {
  const changes = await subscription.next(bounds.liveLookMs);
  if (changes === null || changes.length > 0) return changes;
  return await ctx.read((sql) => changesSince(sql, ctx.tenantId, heardAt));
}

/** An event at the least, so that there is an id to come back with. */
async function missed({ ctx }: Looking, lastEventId: string | null): Promise<Change[]> {
  const now = ctx.keys.clock.now();
  const none: Change = { at: now, what: "resync", agent_id: null, session_ids: null };
  const last = lastEventId === null ? Number.NaN : Number(lastEventId);
  if (!Number.isSafeInteger(last) || last > now || now - last > bounds.liveResumeMs) return [none];
  const since = last - bounds.liveOverlapMs;
  const found = await ctx.read((sql) => changesSince(sql, ctx.tenantId, since));
  return found.length > 0 ? found : [{ ...none, what: "entries", session_ids: [] }];
}

function* eventsOf(changes: readonly Change[], heardAt: number) {
  for (const change of changes) yield tracked(String(heardAt), change);
}

/** Sessions end, members leave, roles change: each event is for who may see it now. */
async function requireSame({ caller, identify }: Looking["ctx"]): Promise<void> {
  const now = await identify();
  if (keyOf(now) === keyOf(caller)) return;
  throw new TRPCError({ code: "UNAUTHORIZED", message: "this session has ended; sign in again" });
}

function keyOf(caller: Caller): string {
  if (caller.kind === "person") return `${caller.tenantId} ${caller.personId}`;
  return caller.kind === "token" ? `${caller.tenantId} ${caller.tokenId}` : caller.kind;
}

function speakable(error: unknown, { log, requestId }: Context): TRPCError {
  if (error instanceof TRPCError) return error;
  if (error instanceof Crowded) {
    return new TRPCError({ code: "TOO_MANY_REQUESTS", message: error.message });
  }
  const request_id = requestId;
  log.error("procedure_failed", { procedure: "live.changes", request_id, ...faultOf(error) });
  const message = `it failed inside; the log has more under request ${request_id}`;
  return new TRPCError({ code: "INTERNAL_SERVER_ERROR", message });
}
