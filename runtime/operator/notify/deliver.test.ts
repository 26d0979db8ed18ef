/** Against real servers that are slow, dead, broken, misleading or endless: bounded, tried again where that helps, nothing read but the status. */
import { afterEach, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { limits } from "../../../contracts/limits.ts";
import type { NotifyResult } from "../../../contracts/notify.ts";
import { systemClock } from "../../clock.ts";
import { systemRandom } from "../../random.ts";
import { deliver } from "./deliver.ts";
import { exampleMessage, exampleSecrets } from "./message.example.ts";
import { post } from "./post.ts";
import { signWebhook } from "./sign.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const ending of endings.splice(0)) await ending();
});

/** Bytes on a wire: what HTTP libraries would mend stands as it is. */
async function server(answer: (socket: Socket, nth: number) => void) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    const nth = heard.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      heard[nth] += bytes.toString("latin1");
      const text = heard[nth] ?? "";
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      const [, body] = text.split("\r\n\r\n");
      if (body?.length === length) answer(socket, nth);
    });
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, "127.0.0.1", () => resolve());
  });
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const address = listener.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { heard, url: `http://127.0.0.1:${port}/hook`, close: () => listener.close() };
}

const says = (status: string, headers = "") =>
  `HTTP/1.1 ${status}\r\n${headers}content-length: 0\r\n\r\n`;

/** Real time for requests, none for the waits between tries. */
async function delivered(url: string, withinMs = 5_000) {
  const waits: number[] = [];
  const results: NotifyResult[] = [];
  const impatient = {
    ...systemClock,
    after: (ms: number, call: () => void) => {
      waits.push(ms);
      return systemClock.after(0, call);
    },
  };
  const result = await deliver(
    {
      target: { name: "ops", type: "webhook", url },
      message: exampleMessage(),
      secret: exampleSecrets("")["ops"] ?? null,
    },
    {
      clock: impatient,
      random: systemRandom,
      sign: signWebhook,
      post: (one) => post(one, { clock: systemClock, withinMs }),
      triesMax: limits.notifyTriesMax,
      tried: (one) => results.push(one),
    },
  );
  expect(results.at(-1)).toEqual(result);
  return { ...result, waits };
}

const header = (request: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*)\r$`, "im").exec(request ?? "")?.[1];

test("what fails for a while is brought in the end, with one id and a signature for each try", async () => {
  const { url, heard } = await server((socket, nth) =>
    socket.end(says(["500 No", "429 Slow", "200 OK"][nth] ?? "400 Bad")),
  );
  const { delivered: done, tries, status, waits } = await delivered(url);
  expect({ done, tries, status }).toEqual({ done: true, tries: 3, status: 200 });
  expect(new Set(heard.map((one) => header(one, "webhook-id"))).size).toBe(1);
  expect(waits).toHaveLength(2);
});

test("a server that only fails is left alone after the last try; the waits grow and are drawn anew", async () => {
  const { url, heard } = await server((socket) => socket.end(says("503 No")));
  const runs = [await delivered(url), await delivered(url), await delivered(url)];
  expect(heard).toHaveLength(3 * limits.notifyTriesMax);
  expect(runs[0]).toMatchObject({ delivered: false, problem: "failing", status: 503, tries: 6 });
  for (const { waits } of runs) {
    waits.forEach((ms, at) => {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(limits.notifyRetryFirstMs * 2 ** at);
    });
  }
  expect(new Set(runs.flatMap(({ waits }) => waits)).size).toBeGreaterThan(5);
});

test("a server that never answers costs its bound, and is tried again", async () => {
  const { url, heard } = await server(() => undefined);
  const start = performance.now();
  const result = await delivered(url, 40);
  expect(result).toMatchObject({ delivered: false, problem: "timed-out", tries: 6 });
  expect(heard).toHaveLength(6);
  expect(performance.now() - start).toBeLessThan(6 * limits.notifyRequestMs);
});

test("one that sends its status byte by byte is timed out as a whole", async () => {
  const { url } = await server((socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write("HTTP/1.1 2"[at++ % 10] ?? ""), 10);
    endings.push(() => clearInterval(timer));
  });
  expect(await delivered(url, 60)).toMatchObject({ delivered: false, status: null });
});

test("a redirect is not followed, and not tried again", async () => {
  const elsewhere = await server((socket) => socket.end(says("200 OK")));
  const { url, heard } = await server((socket) =>
    socket.end(says("307 Go", `location: ${elsewhere.url}\r\n`)),
  );
  expect(await delivered(url)).toMatchObject({ problem: "redirected", status: 307, tries: 1 });
  expect({ heard: heard.length, elsewhere: elsewhere.heard.length }).toEqual({
    heard: 1,
    elsewhere: 0,
  });
});

test("what refuses is told once what it refuses", async () => {
  const { url, heard } = await server((socket) => socket.end(says("401 No")));
  expect(await delivered(url)).toMatchObject({ problem: "refused", status: 401, tries: 1 });
  expect(heard).toHaveLength(1);
});

test("of an answer of 100 MB the status is taken, and the rest is not", async () => {
  let sent = 0;
  const cut = Promise.withResolvers<void>();
  const { url } = await server((socket) => {
    const piece = Buffer.alloc(65_536, 0x61);
    socket.on("close", () => cut.resolve());
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n");
    const more = (): void => {
      while (sent < 104_857_600 && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(piece)) return void socket.once("drain", more);
      }
    };
    more();
  });
  expect(await delivered(url)).toMatchObject({ delivered: true, status: 200 });
  await cut.promise;
  expect(sent).toBeLessThan(50_000_000);
});

test("where nobody listens it is unreachable; what is no HTTP is no answer", async () => {
  const { url, close } = await server(() => undefined);
  close();
  const gone = await delivered(url);
  expect(gone).toMatchObject({ delivered: false, problem: "unreachable", status: null, tries: 6 });
  expect(gone.detail).not.toContain("127.0.0.1");
  const odd = await server((socket) => socket.end("\u0000\u0001 hello\r\n\r\n"));
  expect(await delivered(odd.url)).toMatchObject({ delivered: false, status: null });
});
