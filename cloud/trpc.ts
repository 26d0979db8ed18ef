/** Procedures of the service: what each is given, who may call it, and how a failure reads. */
import { initTRPC, TRPCError } from "@trpc/server";
import { AtlasError } from "../contracts/errors.ts";
import { isAtLeast } from "../contracts/roles.ts";
import { type Actor, record } from "./audit/audit.ts";
import type { Insider } from "./caller.ts";
import type { Context } from "./context.ts";
import { bounds } from "./limits/bounds.ts";
import { faultOf } from "./log.ts";
import { needs } from "./roles.ts";
import { Crowded } from "./store/gate.ts";
import type { Transaction } from "./store/pool.ts";

const trpc = initTRPC.context<Context>().create({
  // Without a stack and without what a library says: a sentence of ours, or none.
  errorFormatter: ({ shape }) => ({ code: shape.code, message: shape.message, data: shape.data }),
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: bounds.livePingMs },
    client: { reconnectAfterInactivityMs: 3 * bounds.livePingMs },
  },
});

export const router = trpc.router;

const codes: Partial<Record<AtlasError["code"], TRPCError["code"]>> = {
  not_found: "NOT_FOUND",
  usage: "BAD_REQUEST",
  cloud_refused: "FORBIDDEN",
  config_invalid: "PRECONDITION_FAILED",
};

/** What may be told of a failure; of what nobody foresaw, no more than where the log has it. */
const told = trpc.procedure.use(async ({ ctx, next, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause, code } = result.error;
  const request_id = ctx.requestId;
  if (cause instanceof AtlasError && codes[cause.code] !== undefined) {
    const known = codes[cause.code] ?? "INTERNAL_SERVER_ERROR";
    throw new TRPCError({ code: known, message: cause.message });
  }
  if (cause instanceof Crowded) {
    throw new TRPCError({ code: "SERVICE_UNAVAILABLE", message: "too many are waiting" });
  }
  const unfit = unfitOf(cause);
  if (unfit !== null) throw new TRPCError({ code: "BAD_REQUEST", message: unfit });
  if (code !== "INTERNAL_SERVER_ERROR") return result;
  ctx.log.error("procedure_failed", { procedure: path, request_id, ...faultOf(cause) });
  const message = `it failed inside; the log has more under request ${request_id}`;
  throw new TRPCError({ code, message });
});

const outOfRange = "a value is out of its range; was a cursor changed?";

/** Of SQLSTATE's class 22 (data exception), what only a value that was given can be the cause of. */
const unfit: Readonly<Record<string, string>> = {
  // PostgreSQL keeps no U+0000.
  "22021": "a text holds a character that is none",
  ...{ "22003": outOfRange, "22007": outOfRange, "22008": outOfRange, "22P02": outOfRange },
};

function unfitOf(cause: unknown): string | null {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  return typeof code === "string" ? (unfit[code] ?? null) : null;
}

const refuse = (code: TRPCError["code"], message: string): TRPCError =>
  new TRPCError({ code, message });
const noSuch = (): TRPCError => refuse("FORBIDDEN", "nobody may call this procedure");

/** What a change was, for the tenant's audit log: no secret belongs in it. */
export type Change<T> = {
  result: T;
  target: string | null;
  before: unknown;
  after: unknown;
};

type Changing = { tenantId: string; actor: Actor; action: string };

/** The one way to change rows of a tenant: the audit log is written in the same transaction. */
async function changeIn<T>(
  { keys }: Context,
  changing: Changing,
  work: (sql: Transaction) => Promise<Change<T>>,
): Promise<T> {
  return await keys.pool.withTenant(changing.tenantId, async (sql) => {
    const { result, ...what } = await work(sql);
    await record(sql, { ...changing, at: keys.clock.now(), ...what });
    return result;
  });
}

/** Of platform staff alone, and written into the log; what it changes of a tenant, into that tenant's too. */
export const platformProcedure = told.use(async ({ ctx, next, path, type }) => {
  if (needs.get(path) !== "platform") throw noSuch();
  if (ctx.caller.kind !== "platform") {
    throw refuse("UNAUTHORIZED", "the platform token is needed");
  }
  const actor: Actor = { kind: "platform", id: null, name: "platform staff" };
  const result = await next({
    ctx: {
      change: <T>(tenantId: string, work: (sql: Transaction) => Promise<Change<T>>): Promise<T> =>
        changeIn(ctx, { tenantId, actor, action: path }, work),
    },
  });
  if (result.ok && type === "mutation") {
    ctx.log.info("platform", { procedure: path, request_id: ctx.requestId });
  }
  return result;
});

function insider(ctx: Context, path: string): Insider {
  const { caller } = ctx;
  if (caller.kind === "nobody" || caller.kind === "platform") {
    throw refuse("UNAUTHORIZED", "sign in, or send an automation token of the organisation");
  }
  const need = needs.get(path);
  if (need === undefined || need === "platform") throw noSuch();
  if (need === "person") {
    if (caller.kind === "person") return caller;
    throw refuse("FORBIDDEN", "this is for people who signed in, not for tokens");
  }
  if (isAtLeast(caller.role, need)) return caller;
  throw refuse("FORBIDDEN", `this needs the role ${need}; yours is ${caller.role}`);
}

export function actorOf(caller: Insider): Actor {
  if (caller.kind === "token") return { kind: "token", id: caller.tokenId, name: caller.label };
  return { kind: "person", id: caller.personId, name: caller.email };
}

/**
 * Of a tenant, for callers of the role that `roles.ts` says. `read` and `change` are its only way to rows: both open
 * the tenant's door, and `change` writes the audit log in the same transaction.
 */
export const tenantProcedure = told.use(async ({ ctx, next, path, type }) => {
  const caller = insider(ctx, path);
  if (type === "mutation" && !ctx.isFromHere) {
    throw refuse("FORBIDDEN", "changes are taken from pages of this service alone");
  }
  const { tenantId } = caller;
  const actor = actorOf(caller);
  let isRecorded = false;
  const result = await next({
    ctx: {
      ...{ caller, tenantId, actor, path },
      /** For what is written down elsewhere than by `change`. */
      recorded: () => void (isRecorded = true),
      read: <T>(work: (sql: Transaction) => Promise<T>): Promise<T> =>
        ctx.keys.pool.withTenant(tenantId, work),
      change: async <T>(work: (sql: Transaction) => Promise<Change<T>>): Promise<T> => {
        const made = await changeIn(ctx, { tenantId, actor, action: path }, work);
        isRecorded = true;
        return made;
      },
    },
  });
  if (type !== "mutation" || !result.ok || isRecorded) return result;
  throw new Error(`the procedure ${path} changes something without writing it down`);
});

/** What it does is about the person who signed in; the table says `person`. */
export const personProcedure = tenantProcedure.use(async ({ ctx, next }) => {
  const { caller } = ctx;
  if (caller.kind !== "person") throw noSuch();
  return await next({ ctx: { caller } });
});
