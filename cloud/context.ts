/** Who calls, and what a procedure is given to answer with. */
import type { Role } from "../contracts/roles.ts";
import type { KeyParts } from "./keys/keys.ts";
import type { Log } from "./log.ts";
import type { Pool } from "./store/pool.ts";

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

export type Context = {
  caller: Caller;
  /** A browser that carries a cookie may have been sent here by another site's page; false when it was. */
  isFromHere: boolean;
  /** Who the same request would be of now: a subscription asks again, since roles change and sessions end. */
  identify(): Promise<Caller>;
  keys: KeyParts;
  /** Under the role that keeps the list of tenants; null where this replica has none. */
  platform: Pool | null;
  /** Verifier key under which this service cosigns checkpoints. */
  witness: string;
  log: Log;
  requestId: string;
};
