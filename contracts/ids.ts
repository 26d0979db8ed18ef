/** The identifiers that every part agrees on: UUIDv7 (RFC 9562 §5.7), branded so that none stands in for another. */
import * as z from "zod";

/** In lower case alone, as §4 has them written: ids are hashed as text, so one that has two spellings has two hashes. */
const uuidv7 = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .meta({ format: "uuid" });

export const agentId = uuidv7.brand<"AgentId">();
export const sessionId = uuidv7.brand<"SessionId">();
export const promptId = uuidv7.brand<"PromptId">();

export type AgentId = z.infer<typeof agentId>;
export type SessionId = z.infer<typeof sessionId>;
export type PromptId = z.infer<typeof promptId>;

/** Lower-case hexadecimal SHA-256 (FIPS 180-4): 64 characters. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** The `prev` of entry 1: there is nothing before it. */
export const genesisHash = "0".repeat(64);
