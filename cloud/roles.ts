/** Which procedure needs whom: the one table of it. A procedure that is not in it can be called by nobody. */
import type { Role } from "../contracts/roles.ts";

/** `person`: whoever is signed in with a browser, in whatever role; what it does is about that person alone. */
export type Need = Role | "person" | "platform";

const table = {
  "tokens.create": "admin",
  "tokens.list": "admin",
  "tokens.revoke": "admin",

  "platform.tenants.create": "platform",
  "platform.tenants.list": "platform",
  "platform.tenants.suspend": "platform",
  "platform.keys.create": "platform",
  "platform.keys.rotate": "platform",
  "platform.keys.revoke": "platform",
  "platform.keys.list": "platform",
} as const satisfies Record<string, Need>;

export const needs: ReadonlyMap<string, Need> = new Map(Object.entries(table));
