/** Proves which names tell of a secret, and which values of the environment are looked for everywhere. */
import { expect, test } from "bun:test";
import { defaultConfig } from "../../../contracts/config.ts";
import { redactorOf } from "../redact.ts";
import { classify, isSecretVariable } from "./names.ts";

test.each([
  ["password", "password"],
  ["DB_PASSWORD", "password"],
  ["auth.password", "password"],
  ["clientSecret", "password"],
  ["--storepass", "password"],
  ["PGPASSWORD", "password"],
  ["API_TOKEN", "token"],
  ["x-api-key", "token"],
  ["GITHUB_PAT", "key"],
  ["_auth", "token"],
  ["token2", "token"],
  ["MAPS_KEY", "token"],
  ["mapsKey", "key"],
  ["auth", "key"],
  ["mySecretString", "key"],
  ["passwordField", null],
  ["token_url", null],
  ["TOKENIZERS_PARALLELISM", null],
  ["max_tokens", null],
  ["primary_key", null],
  ["KEY_FILE", null],
  ["bypass", null],
  ["PWD", null],
  ["keyboard", null],
  ["author", null],
] as const)("%s: %p", (name, told) => expect(classify(name)).toBe(told));

test.each(["SSH_AUTH_SOCK", "XDG_SESSION_ID", "PWD", "PATH", "DBUS_SESSION_BUS_ADDRESS"])(
  "the variable %s holds no secret",
  (name) => expect(isSecretVariable(name)).toBe(false),
);

const variables = {
  SHOP_PASSWORD: 'two words "quoted"',
  SHOP_TOKEN: "zebra-crossing",
  SHORT_TOKEN: "abc1234",
  AUTH_TOKEN: "required",
  SIGNING_KEY: "/etc/keys/signing.pem",
  GREETING: "hello to everybody",
};
const { redact } = redactorOf({ settings: defaultConfig.redaction, variables, loadRules: null });

test.each([
  ['says two words "quoted" to', "says [redacted:environment] to"],
  ['{"a":"two words \\"quoted\\""}', '{"a":"[redacted:environment]"}'],
  ["?q=two%20words%20%22quoted%22&n=1", "?q=[redacted:environment]&n=1"],
  ["shows emVicmEtY3Jvc3Npbmc=", "shows [redacted:environment]="],
  // With a line break behind it.
  ["says dHdvIHdvcmRzICJxdW90ZWQiCg==", "says [redacted:environment]Cg=="],
  [
    "a zebra-crossing, twice: zebra-crossing",
    "a [redacted:environment], twice: [redacted:environment]",
  ],
])("values of the environment: %s", (text, expected) => expect(redact(text)).toBe(expected));

test.each([
  "abc1234 is short",
  "login is required",
  "see /etc/keys/signing.pem",
  "hello to everybody",
])("short ones, words, paths and values of other variables stay: %s", (text) =>
  expect(redact(text)).toBe(text),
);
