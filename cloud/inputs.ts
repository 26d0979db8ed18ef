/** What procedures are given, in the shapes that many of them share. */
import * as z from "zod";
import { isKeyId } from "../contracts/api-key.ts";

export const tenantId = z.uuid();
export const keyId = z.string().refine(isKeyId, "is no key's id");

/** One line of text for people. */
export const line = (charsMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax)
    .regex(/^\P{Cc}*$/u, "may hold no control characters");
