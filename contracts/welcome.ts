/** What `atlasbridge` without a command says, as it prints it for programs. */
import * as z from "zod";
import { outputFormat } from "./version.ts";

/** `atlasbridge --json`. */
export const welcomeView = z.strictObject({
  format: z.literal(outputFormat),
  /** How many prompts wait for the person. */
  waiting: z.int().min(0),
  /** What to do next here, the most urgent first. */
  next: z.array(z.strictObject({ command: z.string(), does: z.string() })),
});
export type WelcomeView = z.infer<typeof welcomeView>;
