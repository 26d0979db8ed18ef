/** Proves that planted secrets are taken out and that harmless text stays as it is. */
import { describe, expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import { isLeaked, plantedTexts } from "./redact/fakes.example.ts";
import { harmless } from "./redact/harmless.example.ts";
import { redactorOf } from "./redact.ts";

const { redact } = redactorOf({
  settings: defaultConfig.redaction,
  variables: {},
  loadRules: null,
});

describe("planted", () => {
  for (const { kind, text, secrets } of plantedTexts()) {
    test(`${kind}: ${text.slice(0, 60)}`, () => {
      const result = redact(text);
      expect(secrets.filter((secret) => isLeaked(secret, result))).toEqual([]);
    });
  }
});

describe("harmless", () => {
  for (const text of harmless) {
    test(text.slice(0, 70), () => expect(redact(text)).toBe(text));
  }
});

test("what has been through once comes out the same again", () => {
  for (const { text } of plantedTexts()) expect(redact(redact(text))).toBe(redact(text));
});

test("what only looks like a mark hides nothing", () => {
  const [token = ""] = plantedTexts().find(({ kind }) => kind === "digitalocean")?.secrets ?? [];
  expect(redact(`[redacted:${token}]`)).toBe("[redacted:[redacted:digitalocean-token]]");
});

describe("at an edge that was cut", () => {
  const both = { cut: { start: true, end: true } };

  test.each([
    ["hT9xQ2 and so on", "[redacted:cut] and so on"],
    ["use gh", "use gh"],
    ["use zz9Kx8", "use [redacted:cut]"],
    ["src/app2/main.ts is changed in a8/b9.ts", "src/app2/main.ts is changed in a8/b9.ts"],
    ["from v1.2.3 to 6a7b0f3c2d1e", "from v1.2.3 to 6a7b0f3c2d1e"],
  ])("%s", (text, expected) => expect(redact(text, both)).toBe(expected));

  test("a key of which only its middle is left", () => {
    const [key] = plantedTexts().filter(({ kind }) => kind === "rsa key");
    const lines = key?.text.split("\n").slice(4, 9) ?? [];
    expect(redact(lines.join("\n"), both)).toBe("[redacted:cut]");
  });
});

describe("wrapped", () => {
  const token = plantedTexts().find(({ kind }) => kind === "github classic")?.secrets[0] ?? "";

  test.each([8, 17, 30])("in a dialog without a frame, %d characters before the break", (at) => {
    const before = `   curl -sS https://api.example.com -H 'X-A: `.padStart(60 - at);
    const text = ` Bash command\n\n${before}${token.slice(0, at)}\n   ${token.slice(at)}' x`;
    expect(isLeaked(token, redact(text))).toBe(false);
  });

  test("in a frame, beside lines that are not", () => {
    const text = [
      "╭──────────────────────────╮",
      "│ curl -sS https://x.example │",
      `│  -H 'X-A: ${token.slice(0, 16)} │`,
      `│ ${token.slice(16)}' │`,
      "╰──────────────────────────╯",
    ].join("\n");
    expect(isLeaked(token, redact(text))).toBe(false);
    expect(redact(text)).toContain("curl -sS https://x.example");
  });

  test("lines that only stand below each other stay apart", () => {
    const text =
      "src/components/AuthenticationProvider.tsx\nsrc/components/TokenRefreshFactory2.tsx";
    expect(redact(text)).toBe(text);
  });
});

test("a key's end at the very beginning of a text", () => {
  const text = `\n-----END PRIVATE ${"KEY"}-----`;
  expect(redact(text)).toBe(text);
});

test.each([
  ["don't use --password 'hunter 22' here", "don't use --password '[redacted:password]' here"],
  [`it's ${"x ".repeat(120)} password: 'hunter22'`, "password: '[redacted:password]'"],
])("an apostrophe or a long line before it hides nothing: %s", (text, expected) => {
  expect(redact(text)).toEndWith(expected);
});
