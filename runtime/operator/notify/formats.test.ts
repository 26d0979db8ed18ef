/** Each kind of target gets what it takes; a webhook's signature is what Standard Webhooks says; content is told only when asked for. */
import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { NotifyMessage, NotifyTarget } from "../../../contracts/notify.ts";
import { systemRandom } from "../../random.ts";
import { type Post, postOf } from "./formats.ts";
import { contentWords, exampleMessage, exampleSecrets, exampleTargets } from "./message.example.ts";
import { sharedPart } from "./shared.ts";
import { newSigningSecret, signWebhook, signingSecretFault } from "./sign.ts";

const origin = "http://127.0.0.1:9";
const [ops, phone, team, me] = exampleTargets(origin);

function posted(target: NotifyTarget | undefined, message: NotifyMessage): Post {
  if (target === undefined) throw new Error("no target");
  const secret = exampleSecrets(origin)[target.name] ?? null;
  const attempt = { id: "msg_1", now: 1_700_000_123_456, secret, sign: signWebhook };
  const post = postOf(target, message, attempt);
  if (post === null) throw new Error("nothing to post");
  return post;
}

const bare = sharedPart(exampleMessage(), { content: "none", redact: (text) => text });

describe("a webhook", () => {
  test("is signed as the specification says, checked by an implementation of its own in Python", () => {
    const { headers, body } = posted(ops, bare);
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, from its text alone.
    const check = `
import base64, hashlib, hmac, json, sys
secret, headers, body = json.loads(sys.stdin.read())
assert secret.startswith("whsec_")
signed = ".".join([headers["webhook-id"], headers["webhook-timestamp"], body]).encode()
mac = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
given = [one.split(",", 1)[1] for one in headers["webhook-signature"].split(" ") if one.startswith("v1,")]
sys.exit(0 if any(hmac.compare_digest(base64.b64encode(mac).decode(), one) for one in given) else 1)
`;
    const verifies = (text: string): boolean => {
      const input = JSON.stringify([exampleSecrets(origin)["ops"], headers, text]);
      return Bun.spawnSync(["python3", "-c", check], { stdin: Buffer.from(input) }).exitCode === 0;
    };
    expect(verifies(body)).toBe(true);
    expect(verifies(body.replace("claude", "cloude"))).toBe(false);
    expect(headers["webhook-timestamp"]).toBe("1700000123");
  });

  test("has the signature that the specification's own example has", () => {
    const signed = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      now: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    };
    expect(signWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", signed)).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("says type, time and metadata, and no field for what is not told", () => {
    const { session_id, prompt_id } = bare;
    expect(JSON.parse(posted(ops, bare).body)).toEqual({
      type: "prompt.waiting",
      timestamp: "2023-11-14T22:13:20.000Z",
      data: {
        ...{ urgency: "first", session_id, prompt_id, tool: "claude" },
        ...{ prompt_kind: "yes_no", waited_seconds: 10 },
      },
    });
  });

  test("has a new secret of 32 bytes that serves; shorter ones and others' do not", () => {
    const secret = newSigningSecret(systemRandom);
    expect(signingSecretFault(secret)).toBeNull();
    expect(newSigningSecret(systemRandom)).not.toBe(secret);
    const body = "x";
    const mac = createHmac("sha256", Buffer.from(secret.slice(6), "base64")).update("i.1.x");
    expect(signWebhook(secret, { id: "i", now: 1_999, body })).toBe(`v1,${mac.digest("base64")}`);
    for (const wrong of ["hunter2", "whsec_", "whsec_c2hvcnQ=", `${secret} `]) {
      expect(signingSecretFault(wrong)).not.toBeNull();
    }
  });
});

test("ntfy gets JSON at the server's root, the topic in it, the token in its header, louder each time", () => {
  const { url, headers, body } = posted(phone, { ...bare, urgency: "long", waited_seconds: 900 });
  expect(url).toBe(`${origin}/sub`);
  expect(headers["authorization"]).toBe("Bearer tk_abcdefgh");
  expect(JSON.parse(body)).toMatchObject({
    topic: "my-topic",
    title: "claude has waited for you for 15 min",
    priority: 5,
  });
  expect(JSON.parse(posted(phone, bare).body)).toMatchObject({ priority: 3 });
});

test("Slack gets text in which nothing is markup, at the address that is its secret", () => {
  const { url, headers, body } = posted(team, exampleMessage({ tool: "<!channel>" }));
  expect(url).toBe(`${origin}/services/T0/B0/slacksecret`);
  expect(Object.keys(headers)).toEqual(["content-type"]);
  const { text } = JSON.parse(body) as { text: string };
  expect(text).toContain("&lt;!channel&gt;");
  expect(text).toContain("Yes, wipe &lt;all&gt; &amp; more");
});

test("Telegram gets plain text for its chat, the token in the path alone", () => {
  const { url, body } = posted(me, bare);
  expect(url).toBe(`${origin}/bot123456:AAbbCCddEEffGGhhIIjj/sendMessage`);
  expect(JSON.parse(body)).toMatchObject({ chat_id: "-100123" });
  expect(body).not.toContain("parse_mode");
});

test("without its secret nothing is sent to a target that needs one", () => {
  for (const target of exampleTargets(origin).filter(({ type }) => type !== "ntfy")) {
    const attempt = { id: "msg_1", now: 0, secret: null, sign: signWebhook };
    expect(postOf(target, bare, attempt)).toBeNull();
  }
});

describe("what is told", () => {
  const redact = (text: string): string => text.replaceAll("hunter2", "[redacted]");
  const bodies = (content: "none" | "label" | "redacted"): string =>
    exampleTargets(origin)
      .map((target) =>
        JSON.stringify(posted(target, sharedPart(exampleMessage(), { content, redact }))),
      )
      .join("\n");

  test("is no word of content by default, whatever the target", () => {
    for (const word of contentWords) expect(bodies("none")).not.toContain(word);
    expect(bodies("none").match(/claude/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test("is the label, or the redacted question, where the operator says so", () => {
    expect(bodies("label").match(/nightly-plans/g)).toHaveLength(4);
    expect(bodies("label")).not.toContain("Delete");
    expect(bodies("redacted").match(/Delete \/home\/me/g)).toHaveLength(4);
    expect(bodies("redacted")).not.toContain("hunter2");
  });

  test("is the end of a long question, cut after redaction", () => {
    const question = `${"x".repeat(600)} hunter2${"y".repeat(494)}`;
    const { question: told } = sharedPart(exampleMessage({ question }), {
      content: "redacted",
      redact,
    });
    expect(told).toEndWith(`acted]${"y".repeat(494)}`);
    expect(told).toHaveLength(501);
  });
});
