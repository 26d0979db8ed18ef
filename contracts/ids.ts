/** The identifiers that every part agrees on: UUIDv7 (RFC 9562 §5.7), branded so that none stands in for another. */
import * as z from "zod";

export const agentId = z.uuidv7().brand<"AgentId">();
export const sessionId = z.uuidv7().brand<"SessionId">();
export const promptId = z.uuidv7().brand<"PromptId">();

export type AgentId = z.infer<typeof agentId>;
export type SessionId = z.infer<typeof sessionId>;
export type PromptId = z.infer<typeof promptId>;

/** Lower-case hexadecimal SHA-256 (FIPS 180-4): 64 characters. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** The `prev` of entry 1: there is nothing before it. */
export const genesisHash = "0".repeat(64);
