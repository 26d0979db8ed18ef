/** What a procedure is given to answer with. */
import type { Caller } from "./caller.ts";
import type { KeyParts } from "./keys/keys.ts";
import type { Allowances } from "./limits/allowances.ts";
import type { Limiter } from "./limits/limiter.ts";
import type { Live } from "./live/hub.ts";
import type { Log } from "./log.ts";
import type { SessionParts } from "./login/sessions.ts";
import type { Post } from "./members/mail.ts";
import type { Pool } from "./store/pool.ts";

export type Context = {
  caller: Caller;
  /** A browser that carries a cookie may have been sent here by another site's page; false when it was. */
  isFromHere: boolean;
  /** Who the same request would be of now: a subscription asks again, since roles change and sessions end. */
  identify(): Promise<Caller>;
  keys: KeyParts;
  sessions: SessionParts;
  /** Under the role that keeps the list of tenants; null where this replica has none. */
  platform: Pool | null;
  /** Verifier key under which this service cosigns checkpoints. */
  witness: string;
  /** Where invitations are sent from, and where their links lead. */
  post: Post;
  publicUrl: string;
  live: Live;
  limiter: Limiter;
  allowances: Allowances;
  log: Log;
  requestId: string;
  /** Gives the browser another cookie of its session; the empty one takes it away. */
  give(cookie: string): void;
};
