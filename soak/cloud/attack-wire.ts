/** Requests byte by byte, as no client library would send them: what must come of each is that nothing is taken. */
import type { Sent } from "../../cloud/testing/agent.ts";
import { exchange, judged, linesOf, requestBytes } from "../../cloud/testing/raw.ts";

export type WireAttack = {
  name: string;
  expected: string;
  strike: (url: string, honest: Sent) => Promise<string>;
  isHeld: (got: string) => boolean;
};

/** The connection may be cut without a word. */
const refusedOrCut = (got: string): boolean => /^(0|4\d\d)\b/.test(got);

const said = (text: string): string => {
  const { status, problem } = judged(text);
  return `${status} ${problem}`.trim();
};

function wire(name: string, lines: (sent: Sent) => string[], body: (sent: Sent) => Uint8Array) {
  return {
    ...{ name, expected: "refused, or cut", isHeld: refusedOrCut },
    strike: async (url: string, sent: Sent) => {
      const headers = [...linesOf(sent.headers), ...lines(sent)];
      return said(
        await exchange(url, [requestBytes({ headers, body: body(sent) })], { end: true }),
      );
    },
  };
}

const lengthOf = (sent: Sent, more = 0): string => `content-length: ${sent.body.length + more}`;

export const wireAttacks: readonly WireAttack[] = [
  wire(
    "a length that is longer than the body",
    (sent) => [lengthOf(sent, 100)],
    ({ body }) => body,
  ),
  wire(
    "a length that is shorter than the body",
    (sent) => [lengthOf(sent, -100)],
    ({ body }) => body,
  ),
  wire(
    "two lengths",
    (sent) => [lengthOf(sent), "content-length: 5"],
    ({ body }) => body,
  ),
  wire(
    "a length and chunks",
    (sent) => [lengthOf(sent), "transfer-encoding: chunked"],
    ({ body }) => body,
  ),
  wire(
    "a flood of headers",
    () => Array.from({ length: 5_000 }, (_, at) => `x-flood-${at}: ${"y".repeat(20)}`),
    () => new Uint8Array(0),
  ),
  wire(
    "an endless header",
    () => [`x-flood: ${"y".repeat(500_000)}`],
    () => new Uint8Array(0),
  ),
  wire(
    "a body without an end, larger than it may be",
    () => ["transfer-encoding: chunked"],
    () => {
      const chunk = new TextEncoder().encode(`10000\r\n${" ".repeat(65_536)}\r\n`);
      return Buffer.concat(Array.from({ length: 20 }, () => chunk));
    },
  ),
  ...["content-digest", "signature", "signature-input", "content-type"].map((name) =>
    wire(
      `${name} twice`,
      (sent) => [
        `${name}: ${sent.headers[name]?.replace(/[a-z](?=[^a-z]*$)/, "q")}`,
        lengthOf(sent),
      ],
      ({ body }) => body,
    ),
  ),
];
