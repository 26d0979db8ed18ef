/** Requests that arrive as no client library would send them: repeated, endless, slow, lying about their length. */
import { describe, expect, test } from "bun:test";
import { signedRequest } from "../testing/agent.ts";
import { exchange, judged, linesOf, requestBytes } from "../testing/raw.ts";
import { besiege } from "../testing/siege.ts";

const siege = besiege();

describe("how it arrives", () => {
  const sendLines = (lines: string[], body: Uint8Array): Promise<string> =>
    exchange(siege.service.url, [
      requestBytes({ headers: [...lines, `content-length: ${body.length}`], body }),
    ]);

  test.each(["content-digest", "content-type", "signature", "signature-input", "content-encoding"])(
    "%s twice, the second one another, is refused",
    async (name) => {
      const sent = signedRequest(siege.next(), { key: siege.key, encoding: "gzip" });
      const second = sent.headers[name]?.replace(/[a-z](?=[^a-z]*$)/, "q");
      for (const lines of [
        [...linesOf(sent.headers), `${name}: ${second}`],
        [`${name}: ${second}`, ...linesOf(sent.headers)],
      ]) {
        const { status } = judged(await sendLines(lines, sent.body));
        expect([400, 401, 415]).toContain(status);
      }
    },
  );

  test("a flood of headers, or one that is endless, is cut off", async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `x-flood-${at}: ${"y".repeat(20)}`);
    for (const lines of [many, [`x-flood: ${"y".repeat(500_000)}`]]) {
      const { status } = judged(await sendLines(lines, new Uint8Array(0)));
      expect([0, 400, 431]).toContain(status);
    }
  });

  test("headers that never end are not waited for, however they come: the server cuts them off by itself", async () => {
    const head = "POST /v1/traces HTTP/1.1\r\nhost: x\r\n";
    // What is sent at first, and what keeps dripping in.
    const ways: [string, string][] = [
      ["", ""],
      ["POST /v1/tr", "a"],
      [head, "x-drip: y\r\n"],
      [`${head}x-drip: `, "y"],
      [`${head}x-stops: y\r\n`, ""],
    ];
    // It takes the server's own twelve seconds, which no clock of ours makes shorter.
    const said = await Promise.all(ways.map((way) => dripped(siege.service.url, way)));
    expect(said).toEqual(ways.map(() => ""));
  }, 60_000);

  test("a body that comes too slowly is not waited for", async () => {
    const { headers, body } = siege.honest();
    const lines = [...linesOf(headers), `content-length: ${body.length}`];
    const said = await exchange(siege.service.url, [
      requestBytes({ headers: lines, body: body.subarray(0, 50) }),
    ]);
    expect(judged(said)).toEqual({ status: 400, problem: "malformed-payload" });
  });

  test("a body that is shorter than its length says, and ends, is refused", async () => {
    const { headers, body } = siege.honest();
    const lines = [...linesOf(headers), `content-length: ${body.length + 100}`];
    const said = await exchange(siege.service.url, [requestBytes({ headers: lines, body })], {
      end: true,
    });
    expect([0, 400]).toContain(judged(said).status);
  });

  test("a body that is longer than its length says is not what was signed", async () => {
    const { headers, body } = siege.honest();
    const lines = [...linesOf(headers), `content-length: ${body.length - 100}`];
    const said = await exchange(siege.service.url, [requestBytes({ headers: lines, body })]);
    // Either is answered first: what was signed is not what came, or what is left over is no request.
    expect([400, 401]).toContain(judged(said).status);
  });

  test("a body without a length, larger than it may be, is cut off", async () => {
    const { headers } = siege.honest();
    const chunk = new TextEncoder().encode(`10000\r\n${" ".repeat(65_536)}\r\n`);
    const parts = [
      requestBytes({
        headers: [...linesOf(headers), "transfer-encoding: chunked"],
        body: new Uint8Array(0),
      }),
      ...Array.from({ length: 20 }, () => chunk),
    ];
    const { status } = judged(await exchange(siege.service.url, parts));
    expect([0, 413]).toContain(status);
  });

  test("two lengths that disagree are no request", async () => {
    const { headers, body } = siege.honest();
    const lines = [...linesOf(headers), `content-length: ${body.length}`, "content-length: 5"];
    const { status } = judged(
      await exchange(siege.service.url, [requestBytes({ headers: lines, body })]),
    );
    expect([0, 400, 401]).toContain(status);
  });

  test("a length and chunks together smuggle nothing", async () => {
    const { headers, body } = siege.honest();
    const lines = [
      ...linesOf(headers),
      `content-length: ${body.length}`,
      "transfer-encoding: chunked",
    ];
    const { status } = judged(
      await exchange(siege.service.url, [requestBytes({ headers: lines, body })]),
    );
    expect([0, 400, 401]).toContain(status);
  });
});

/** All that was answered, once the other side has closed. */
function dripped(url: string, [first, drip]: [string, string]): Promise<string> {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  let isOver = false;
  const drops = async function* () {
    yield bytes(first);
    while (!isOver) {
      await Bun.sleep(500);
      yield bytes(drip);
    }
  };
  return exchange(url, drops()).finally(() => {
    isOver = true;
  });
}
