/** Signed requests: the RFC's own vector, what is signed is what is read, and nothing else passes for it. */
import { describe, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import {
  contentDigest,
  type HmacSha256,
  readContentDigest,
  readSignature,
  signatureBase,
  type SignedRequest,
  signRequest,
} from "./signature.ts";

const sha256 = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());
const hmac: HmacSha256 = (key, message) =>
  new Uint8Array(createHmac("sha256", key).update(message).digest());

function request(headers: Record<string, string>, path = "/v1/traces"): SignedRequest {
  return { method: "POST", path, header: (name) => headers[name] ?? null };
}

const body = new TextEncoder().encode('{"hello": "world"}');
const headers = {
  "content-digest": contentDigest(body, sha256),
  "content-type": "application/json",
};
const by = { keyId: "abk_test", secret: "abs_test", created: 1_618_884_473, hmac };
const nonce = "0123456789abcdef";

function signed(extra: Record<string, string> = {}) {
  const all = { ...headers, ...extra };
  return { ...all, ...signRequest(request(all), { ...by, nonce }) };
}

describe("the signature base", () => {
  // RFC 9421 appendix B.2.5, with the shared secret of B.1.5.
  test("is the RFC's own, and so is its HMAC", () => {
    const secret =
      "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
    const params =
      '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
    const base = signatureBase(
      request({
        date: "Tue, 20 Apr 2021 02:07:55 GMT",
        "@authority": "example.com",
        "content-type": "application/json",
      }),
      { names: ["date", "@authority", "content-type"], params },
    );
    const key = Uint8Array.fromBase64(secret);
    expect(hmac(key, new TextEncoder().encode(base ?? "")).toBase64()).toBe(
      "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=",
    );
  });

  test("has the digest that RFC 9530 gives for its example", () => {
    // Appendix D: `{"hello": "world"}` with a line feed at its end.
    const example = new TextEncoder().encode('{"hello": "world"}\n');
    expect(contentDigest(example, sha256)).toBe(
      "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
    );
  });
});

describe("what was signed", () => {
  test("is read with the same base and parameters", () => {
    const read = readSignature(request(signed()));
    if (!read.ok) throw new Error(read.why);
    expect(read).toMatchObject({ keyId: by.keyId, created: by.created, nonce });
    expect(hmac(new TextEncoder().encode(by.secret), read.base)).toEqual(read.signature);
    expect(new TextDecoder().decode(read.base)).toBe(
      [
        '"@method": POST',
        '"@path": /v1/traces',
        `"content-digest": ${headers["content-digest"]}`,
        '"content-type": application/json',
        `"@signature-params": ("@method" "@path" "content-digest" "content-type");created=${by.created};nonce="${nonce}";keyid="abk_test";alg="hmac-sha256"`,
      ].join("\n"),
    );
  });

  test("covers the encoding of the body when it has one", () => {
    const read = readSignature(request(signed({ "content-encoding": "zstd" })));
    if (!read.ok) throw new Error(read.why);
    expect(new TextDecoder().decode(read.base)).toContain('"content-encoding": zstd\n');
  });

  test("keeps the order of parameters that its sender chose", () => {
    const fields = signed();
    const params = `("@method" "@path" "content-digest" "content-type");keyid="abk_test";nonce="${nonce}";created=1618884473`;
    const read = readSignature(request({ ...fields, "signature-input": `sig1=${params}` }));
    if (!read.ok) throw new Error(read.why);
    expect(new TextDecoder().decode(read.base)).toEndWith(`"@signature-params": ${params}`);
  });

  test("is not read in another spelling of the same bytes", () => {
    const fields = signed();
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const at = fields.signature.length - "=:".length - 1;
    // The last digit's two lowest bits are not of the 32 bytes.
    const other = digits[digits.indexOf(fields.signature[at] ?? "") ^ 1];
    const changed = fields.signature.slice(0, at) + other + fields.signature.slice(at + 1);
    expect(readSignature(request({ ...fields, signature: changed })).ok).toBeFalse();
    expect(readSignature(request(fields)).ok).toBeTrue();
  });

  test("is not read when its field comes twice, wherever the other one stands", () => {
    const fields = signed();
    for (const name of ["signature", "signature-input"] as const) {
      const other = fields[name].replace(/[0-9A-Z]/, "q");
      for (const both of [`${fields[name]}, ${other}`, `${other}, ${fields[name]}`]) {
        expect(readSignature(request({ ...fields, [name]: both })).ok).toBeFalse();
      }
    }
  });

  test.each([
    ["without a signature", { signature: undefined }],
    ["without Signature-Input", { "signature-input": undefined }],
    ["with two signatures", { signature: "sig1=:AAAA:, sig2=:AAAA:" }],
    ["under another label", { signature: `sig2=:${"A".repeat(43)}=:` }],
    ["of another length", { signature: "sig1=:AAAA:" }],
    ["without a digest", { "content-digest": undefined }],
    ["with an encoding that it does not cover", { "content-encoding": "gzip" }],
    [
      "that covers less",
      {
        "signature-input": 'sig1=("@method" "@path");created=1;nonce="0123456789abcdef";keyid="k"',
      },
    ],
    [
      "in another order",
      {
        "signature-input": `sig1=("@path" "@method" "content-digest" "content-type");created=1;nonce="${nonce}";keyid="k"`,
      },
    ],
    [
      "of a component's parameters",
      {
        "signature-input": `sig1=("@method" "@path";req "content-digest" "content-type");created=1;nonce="${nonce}";keyid="k"`,
      },
    ],
    [
      "by another algorithm",
      {
        "signature-input": `sig1=("@method" "@path" "content-digest" "content-type");created=1;nonce="${nonce}";keyid="k";alg="ed25519"`,
      },
    ],
    [
      "with a parameter that is not known",
      {
        "signature-input": `sig1=("@method" "@path" "content-digest" "content-type");created=1;nonce="${nonce}";keyid="k";x=1`,
      },
    ],
    [
      "with a short nonce",
      {
        "signature-input":
          'sig1=("@method" "@path" "content-digest" "content-type");created=1;nonce="x";keyid="k"',
      },
    ],
    [
      "with a date that is none",
      {
        "signature-input": `sig1=("@method" "@path" "content-digest" "content-type");created=1.5;nonce="${nonce}";keyid="k"`,
      },
    ],
    ["with a field longer than it may be", { "signature-input": "a".repeat(5_000) }],
  ] as const)("is refused %s", (_what, changes: Record<string, string | undefined>) => {
    const all: Record<string, string | undefined> = { ...signed(), ...changes };
    const read = readSignature({ ...request({}), header: (name) => all[name] ?? null });
    expect(read.ok).toBe(false);
  });
});

test("a digest field that is none is none", () => {
  expect(readContentDigest(headers["content-digest"])).toEqual(sha256(body));
  for (const field of [null, "", "sha-256=AAAA", "sha-256=:AAAA:", "sha-512=:AAAA:", "x"]) {
    expect(readContentDigest(field)).toBeNull();
  }
});
