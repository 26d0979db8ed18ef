/** What procedures are given, in the shapes that many of them share. */
import * as z from "zod";
import { isKeyId } from "../contracts/api-key.ts";
import { bounds } from "./limits/bounds.ts";
import { mailboxOf } from "./login/mailbox.ts";

export const tenantId = z.uuid();
export const keyId = z.string().refine(isKeyId, "is no key's id");

/** One line of text for people. */
export const line = (charsMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax)
    // Half of a pair (Cs) is no character, and the audit log's canonical JSON takes none.
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "may hold no control characters");

/** In lower case. */
export const email = z
  .string()
  .max(bounds.emailCharsMax)
  .transform((text, at) => {
    const mailbox = mailboxOf(text.trim());
    if (mailbox !== null) return mailbox;
    at.addIssue({ code: "custom", message: "is no e-mail address (in ASCII letters)" });
    return z.NEVER;
  });
