/** What may be asked of a running session over its socket, and what it answers: one JSON line each way, then the end. */
import * as z from "zod";
import { explanation } from "./explain.ts";
import { sessionId } from "./ids.ts";
import { moment } from "./moment.ts";

/** The longest request line, its line feed included. */
export const operatorRequestBytesMax = 4_096;

/** Closed: what is not here is refused. */
export const operatorRequest = z.discriminatedUnion("ask", [
  /** Changes nothing: what is on the screen, what is known, and what detection makes of it. */
  z.strictObject({ ask: z.literal("explain") }),
]);
export type OperatorRequest = z.infer<typeof operatorRequest>;

export const operatorReply = z.discriminatedUnion("reply", [
  z.strictObject({
    reply: z.literal("explained"),
    session_id: sessionId,
    at: moment,
    explanation,
  }),
  z.strictObject({ reply: z.literal("refused"), why: z.string() }),
]);
export type OperatorReply = z.infer<typeof operatorReply>;
