/** What `doctor` found, as it prints it for programs. */
import * as z from "zod";
import { outputFormat } from "./version.ts";

/** What a check is about, in the order in which they are told. */
export const findingGroup = z.enum([
  "program",
  "terminal",
  "files",
  "policy",
  "tools",
  "calls",
  "cloud",
  "canary",
]);
export type FindingGroup = z.infer<typeof findingGroup>;

const said = { group: findingGroup, name: z.string(), detail: z.string() };

/** What is not well has a command to run. */
export const finding = z.discriminatedUnion("status", [
  z.strictObject({ ...said, status: z.literal("ok"), fix: z.null() }),
  z.strictObject({ ...said, status: z.literal("warning"), fix: z.string().min(1) }),
  z.strictObject({ ...said, status: z.literal("failed"), fix: z.string().min(1) }),
]);
export type Finding = z.infer<typeof finding>;

/** `doctor --json`. */
export const doctorView = z.strictObject({
  format: z.literal(outputFormat),
  /** No check failed; there may be warnings. */
  ok: z.boolean(),
  findings: z.array(finding),
});
export type DoctorView = z.infer<typeof doctorView>;
