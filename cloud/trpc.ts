/** Procedures of the service: what each is given, who may call it, and how a failure reads. */
import { initTRPC, TRPCError } from "@trpc/server";
import { AtlasError } from "../contracts/errors.ts";
import type { KeyParts } from "./keys/keys.ts";
import { faultOf, type Log } from "./log.ts";
import type { Pool } from "./store/pool.ts";

export type Context = {
  /** The request carried the platform token. */
  isPlatform: boolean;
  keys: KeyParts;
  /** Under the role that keeps the list of tenants; null where this replica has none. */
  platform: Pool | null;
  log: Log;
  requestId: string;
};

const trpc = initTRPC.context<Context>().create({
  // Without a stack and without what a library says: a sentence of ours, or none.
  errorFormatter: ({ shape }) => ({ code: shape.code, message: shape.message, data: shape.data }),
  isDev: false,
});

export const router = trpc.router;

const codes: Partial<Record<AtlasError["code"], TRPCError["code"]>> = {
  not_found: "NOT_FOUND",
  usage: "BAD_REQUEST",
};

/** Of platform staff alone, and written into the log. */
export const platformProcedure = trpc.procedure.use(async ({ ctx, next, path, type }) => {
  if (!ctx.isPlatform) {
    throw new TRPCError({ code: "UNAUTHORIZED", message: "the platform token is needed" });
  }
  const result = await next();
  const request_id = ctx.requestId;
  if (result.ok) {
    if (type === "mutation") ctx.log.info("platform", { procedure: path, request_id });
    return result;
  }
  const { cause } = result.error;
  if (cause instanceof AtlasError) {
    throw new TRPCError({
      code: codes[cause.code] ?? "INTERNAL_SERVER_ERROR",
      message: cause.message,
    });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR") {
    ctx.log.error("procedure_failed", { procedure: path, request_id, ...faultOf(cause) });
    const message = `it failed inside; the log has more under request ${request_id}`;
    throw new TRPCError({ code: "INTERNAL_SERVER_ERROR", message });
  }
  return result;
});
