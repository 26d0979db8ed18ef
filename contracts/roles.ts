/** What a member of a tenant may do: three roles, each of which may also do what the ones before it may. */
import * as z from "zod";

export const roles = ["viewer", "operator", "admin"] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

export function isAtLeast(has: Role, needed: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needed);
}
