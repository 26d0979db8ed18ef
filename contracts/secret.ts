/** The name of an entry in the keychain: what policies, decisions and records say instead of the secret. */
import * as z from "zod";
import { limits } from "./limits.ts";

export const secretName = z
  .string()
  .min(1)
  .max(limits.secretNameCharsMax)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "may hold letters, digits, . _ and - only, beginning with a letter or digit",
  );
