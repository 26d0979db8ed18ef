/** Requests that are not signed as they must be, or not by whom they must be. */
import { systemClock } from "../clock.ts";
import { type Sent, signedRequest } from "./agent.ts";
import { attacksOf, changed, type Ground, type Row, without } from "./attack.ts";

/** Of a request that is signed as it stands: how Signature-Input would read otherwise. */
function reworded(at: Ground, change: (input: string) => string): Sent {
  const sent = at.honest();
  return changed(sent, { "signature-input": change(sent.headers["signature-input"] ?? "") });
}

const nowSeconds = (): number => Math.floor(systemClock.now() / 1_000);

const rows: Row[] = [
  [
    "nothing at all",
    (at) => ({ ...at.honest(), headers: { "content-type": "application/json" } }),
    "invalid-signature",
  ],
  ["no Signature", (at) => without(at.honest(), "signature"), "invalid-signature"],
  ["no Signature-Input", (at) => without(at.honest(), "signature-input"), "invalid-signature"],
  ["no Content-Digest", (at) => without(at.honest(), "content-digest"), "invalid-signature"],
  [
    "by another secret",
    (at) =>
      signedRequest(at.next(), {
        key: { ...at.key, secret: at.other.key.secret },
      }),
    "invalid-signature",
  ],
  [
    "by a key that does not exist",
    (at) => signedRequest(at.next(), { key: { ...at.key, key_id: "abk_00000000000000000" } }),
    "unknown-key",
  ],
  [
    "by a key id that is SQL",
    (at) => signedRequest(at.next(), { key: { ...at.key, key_id: "' OR 1=1; DROP TABLE x --" } }),
    "unknown-key",
  ],
  [
    "by another tenant's key",
    (at) => signedRequest(at.next(), { key: at.other.key }),
    "invalid-signature",
  ],
  [
    "fewer components",
    (at) => reworded(at, (input) => input.replace(' "content-digest"', "")),
    "invalid-signature",
  ],
  [
    "no component",
    (at) => reworded(at, (input) => input.replace(/\(.*\)/, "()")),
    "invalid-signature",
  ],
  [
    "components in another order",
    (at) => reworded(at, (input) => input.replace('"@method" "@path"', '"@path" "@method"')),
    "invalid-signature",
  ],
  [
    "a component twice",
    (at) => reworded(at, (input) => input.replace('"@path"', '"@path" "@path"')),
    "invalid-signature",
  ],
  [
    "another algorithm",
    (at) => reworded(at, (input) => input.replace("hmac-sha256", "none")),
    "invalid-signature",
  ],
  [
    "a parameter that nobody knows",
    (at) => reworded(at, (input) => `${input};tag="x"`),
    "invalid-signature",
  ],
  [
    "another time",
    (at) => reworded(at, (input) => input.replace(/created=\d+/, "created=1")),
    "invalid-signature",
  ],
  [
    "another nonce",
    (at) => reworded(at, (input) => input.replace(/nonce="./, 'nonce="~')),
    "invalid-signature",
  ],
  [
    "a short nonce",
    (at) => signedRequest(at.next(), { key: at.key, nonce: "short" }),
    "invalid-signature",
  ],
  [
    "two signatures",
    (at) => changed(at.honest(), { signature: "sig1=:AAAA:, sig2=:AAAA:" }),
    "invalid-signature",
  ],
  [
    "for another path",
    (at) => signedRequest(at.next(), { key: at.key, path: "/v1/keys/successor" }),
    "invalid-signature",
  ],
  [
    "a digest of other bytes",
    (at) => ({ ...at.honest(), body: signedRequest({}, { key: at.key }).body }),
    "digest-mismatch",
  ],
  [
    "half of what is sent",
    (at) => {
      const sent = at.honest();
      return { ...sent, body: sent.body.subarray(0, -100) };
    },
    "digest-mismatch",
  ],
  [
    "another content type",
    (at) => changed(at.honest(), { "content-type": "text/plain" }),
    "invalid-signature",
  ],
  [
    "a content coding that was not",
    (at) => changed(at.honest(), { "content-encoding": "gzip" }),
    "invalid-signature",
  ],
  [
    "six minutes ago",
    (at) =>
      signedRequest(at.next(), {
        key: at.key,
        created: nowSeconds() - 360,
      }),
    "stale-signature",
  ],
  [
    "six minutes ahead",
    (at) =>
      signedRequest(at.next(), {
        key: at.key,
        created: nowSeconds() + 360,
      }),
    "stale-signature",
  ],
];

export const signedAttacks = attacksOf(rows);
