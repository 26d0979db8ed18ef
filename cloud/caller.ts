/** Who calls: nobody, a person of a tenant, a program of a tenant, or platform staff. */
import type { Role } from "../contracts/roles.ts";

/** A member of a tenant in a browser; the role is what the database said for this request. */
export type Person = {
  kind: "person";
  tenantId: string;
  tenantName: string;
  role: Role;
  personId: string;
  sessionId: string;
  email: string;
  name: string;
};

/** A program of a tenant, with an automation token. */
export type Automation = {
  kind: "token";
  tenantId: string;
  tenantName: string;
  role: Role;
  tokenId: string;
  label: string;
};

export type Insider = Person | Automation;
export type Caller = Insider | { kind: "nobody" } | { kind: "platform" };
