/** How a procedure was refused, for tests: its code and its sentence. */
import { TRPCClientError } from "@trpc/client";

/** `none` when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const data: unknown = error.data;
    const code = typeof data === "object" && data !== null && "code" in data ? data.code : "?";
    return `${String(code)}: ${error.message}`;
  }
}
