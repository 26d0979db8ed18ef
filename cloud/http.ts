/** What a request carries through the service, beside what came over the wire. */
import type { Context } from "hono";
import type { Standing } from "./limits/limiter.ts";

export type Env = {
  Bindings: {
    /** Of the other end of the connection; null where it is not known. */
    peer: string | null;
  };
  Variables: {
    requestId: string;
    /** `Set-Cookie` of the reply, added when all else is done. */
    cookies: string[];
    /** Where the address stands that a secret was tried from, or the organisation that calls; told when all else is done. */
    tried: Standing | null;
  };
};

export type Http = Context<Env>;

export type Headers = (name: string) => string | null;

export const headersOf =
  (c: Http): Headers =>
  (name) =>
    c.req.header(name) ?? null;
