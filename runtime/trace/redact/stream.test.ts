/** Proves that no split, colour or line wrap hides a secret in a terminal's output, and that nothing else changes. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defaultConfig } from "../../../contracts/config.ts";
import { limits } from "../../../contracts/limits.ts";
import type { CastEvent } from "../../pty/asciicast.ts";
import { redactorOf } from "../redact.ts";
import { redactedEvents } from "./cast.ts";
import { fake } from "./fakes.example.ts";
import { StreamRedactor } from "./stream.ts";

const redactor = redactorOf({
  settings: defaultConfig.redaction,
  variables: { SHOP_PASSWORD: "correct horse battery" },
  loadRules: null,
});
const token = fake("gh|p_@a36");

function streamed(pieces: readonly string[], columns = 80): string {
  const stream = new StreamRedactor({ redactor, columns });
  return pieces.map((piece) => stream.write(piece)).join("") + stream.end();
}

const covered = (text: string, secret: string): string =>
  text.replace(secret, "*".repeat(secret.length));

describe("a secret is found", () => {
  const text = `\u001b[1mPaste\u001b[0m ${token} here:\r\nmore > `;

  test.each(Array.from({ length: text.length + 1 }, (_, at) => at))("split at %d", (at) => {
    expect(streamed([text.slice(0, at), text.slice(at)])).toBe(covered(text, token));
  });

  test("when each character comes alone", () => {
    expect(streamed(text.split(""))).toBe(covered(text, token));
  });

  test("with colours within it", () => {
    const painted = token.split("").join("\u001b[31m\u001b[0m");
    const result = streamed([`use ${painted} ok\r\n`]);
    expect(result).toBe(
      `use ${token
        .split("")
        .map(() => "*")
        .join("\u001b[31m\u001b[0m")} ok\r\n`,
    );
  });

  test.each(Array.from({ length: token.length - 1 }, (_, at) => at + 1))(
    "wrapped at the terminal's width, %d characters of it before",
    (at) => {
      const columns = 50;
      const before = "- ".repeat(25).slice(at - columns);
      const result = streamed(
        [`${before}${token.slice(0, at)}\r\n${token.slice(at)} and so\r\n`],
        columns,
      );
      expect(result).toBe(
        `${before}${"*".repeat(at)}\r\n${"*".repeat(token.length - at)} and so\r\n`,
      );
    },
  );

  test("wrapped within a frame", () => {
    const rows = [
      `│ curl -H 'X: ${token.slice(0, 20)} │`,
      `│ ${token.slice(20)}'${" ".repeat(11)} │`,
    ];
    const result = streamed([`${rows.join("\r\n")}\r\n`], 200);
    expect(result.replaceAll(/[*]/g, "")).toBe("│ curl -H 'X:  │\r\n│ '            │\r\n");
  });

  test("drawn row by row where the cursor was sent", () => {
    const [first, rest] = [token.slice(0, 20), token.slice(20)];
    const drawn = `\u001b[5;1H│ curl -H 'X: ${first} │\u001b[6;1H│ ${rest}' x      │\u001b[7;1H╰──╯`;
    const result = drawn.replace(first, "*".repeat(20)).replace(rest, "*".repeat(20));
    expect(streamed([drawn])).toBe(result);
  });

  test("in a title, and as a value of the environment", () => {
    const result = streamed([`\u001b]0;on ${token}\u0007$ echo correct horse battery\r\n`]);
    expect(result).toBe(`\u001b]0;on ${"*".repeat(40)}\u0007$ echo ******* ***** *******\r\n`);
  });

  test("in what a tool tells the terminal in Base64, and only there", () => {
    const told = (text: string): string =>
      `\u001b]7501;state=blocked:msg=${Buffer.from(text).toString("base64")}\u0007`;
    const plain = told("approve Bash: docker run --rm -v /srv:/srv -e MODE=release");
    expect(streamed([plain])).toBe(plain);
    const [before, encoded = ""] = told(`approve Bash: login ${token}`).split("msg=");
    const length = encoded.length - 1;
    expect(streamed([`${before}msg=${encoded}`])).toBe(`${before}msg=${"*".repeat(length)}\u0007`);
  });

  test("a private key whose lines come one by one", () => {
    const lines = Array.from({ length: 20 }, (_, line) => fake("@b64", line));
    const key = [
      `-----BEGIN PRIVATE ${"KEY"}-----`,
      ...lines,
      `-----END PRIVATE ${"KEY"}-----`,
      "",
    ];
    const result = streamed(key.map((line) => `${line}\r\n`));
    for (const line of lines) expect(result).not.toContain(line.slice(0, 12));
    expect(result).toContain("*".repeat(64));
  });
});

describe("nothing else changes", () => {
  test("lines are given as soon as they end", () => {
    const stream = new StreamRedactor({ redactor, columns: 80 });
    expect(stream.write("one\r\ntw")).toBe("one\r");
    expect(stream.write("o\r\n")).toBe("\ntwo\r");
    expect(stream.end()).toBe("\n");
  });

  test("any output, in any pieces, comes out whole and as long as it was", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "\r\n",
        "\u001b[2J",
        "\u001b[3;4H",
        "\u001b[",
        "\u001b]0;",
        "\u0007",
        "─│",
        "😀",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: 1, max: 120 }), (pieces, columns) => {
        const result = streamed(pieces, columns);
        expect(result.length).toBe(pieces.join("").length);
        if (redactor.find(pieces.join("")).length === 0 && !result.includes("*")) {
          expect(result).toBe(pieces.join(""));
        }
      }),
    );
  });

  test("what is held back is bounded", () => {
    const stream = new StreamRedactor({ redactor, columns: 80 });
    let given = 0;
    const written = 40 * 8_192;
    for (let at = 0; at < 40; at += 1) given += stream.write("a ".repeat(4_096)).length;
    expect(written - given).toBeLessThanOrEqual(limits.redactionHeldCharsMax);
    expect(given + stream.end().length).toBe(written);
  });
});

test("a recording keeps its events, their times and their lengths", () => {
  const at = (atMs: number, event: Record<string, unknown>): CastEvent =>
    ({ atMs, ...event }) as CastEvent;
  const events = [
    at(1, { kind: "output", text: `use ${token.slice(0, 9)}` }),
    at(2, { kind: "resized", size: { cols: 90, rows: 20 } }),
    at(3, { kind: "output", text: token.slice(9) }),
    at(4, { kind: "input", text: `${token}\r` }),
    at(5, { kind: "output", text: "\r\nok> " }),
    at(6, { kind: "exit", exit: { code: 0, signal: null } }),
  ];
  const clean = [...redactedEvents(events, { redactor, columns: 80 })];
  expect(clean).toEqual([
    at(1, { kind: "output", text: "use *********" }),
    at(2, { kind: "resized", size: { cols: 90, rows: 20 } }),
    at(3, { kind: "output", text: "*".repeat(31) }),
    at(4, { kind: "input", text: `${"*".repeat(40)}\r` }),
    at(5, { kind: "output", text: "\r\nok> " }),
    at(6, { kind: "exit", exit: { code: 0, signal: null } }),
  ]);
});
