/** Connections: no more at once than agreed, in all and from one address; and what comes through is not changed. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { systemClock } from "./clock.ts";
import { openPort, type Port, type PortOptions } from "./port.ts";

/** Says who came, and gives back what it was sent. */
let behind: Bun.Server<undefined>;
let port: Port;
const sockets: Socket[] = [];

beforeAll(() => {
  behind = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: async (request, own) => {
      const peer = port.peerOf(own.requestIP(request)?.port ?? 0);
      return new Response(await request.arrayBuffer(), { headers: { "x-peer": peer ?? "nobody" } });
    },
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  const closed = port.close();
  port.destroy();
  await closed;
});
afterAll(async () => await behind.stop(true));

async function open(wish: Partial<PortOptions>): Promise<void> {
  const usual = { connectionsMax: 100, ofAddressMax: 100, behind: behind.port ?? 0 };
  port = await openPort({ host: "127.0.0.1", port: 0, ...usual, ...wish });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    systemClock.after(1, resolve);
    await promise;
  }
}

/** `is`: told once it is known. */
function come(from = "127.0.0.1"): { socket: Socket; ended: Promise<string> } {
  const socket = connect({ host: "127.0.0.1", port: port.port, localAddress: from });
  sockets.push(socket);
  let said = "";
  const ended = Promise.withResolvers<string>();
  socket.setEncoding("utf8").on("data", (text) => {
    said += String(text);
  });
  socket.on("error", () => {});
  socket.on("close", () => ended.resolve(said));
  return { socket, ended: ended.promise };
}

const ask = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

describe("connections", () => {
  test("beyond so many are cut without a word, those that are there go on, and one that ends makes room", async () => {
    await open({ connectionsMax: 3 });
    const [first, second] = [come(), come(), come()];
    await until(() => port.open === 3);
    expect([await come().ended, await come().ended]).toEqual(["", ""]);
    expect(port.refused).toEqual({ full: 2, address: 0 });
    first?.socket.write(ask);
    expect(await first?.ended).toStartWith("HTTP/1.1 200");
    await until(() => port.open === 2);
    const later = come();
    later.socket.write(ask);
    expect(await later.ended).toStartWith("HTTP/1.1 200");
    second?.socket.destroy();
  });

  test("of one address beyond so many are cut, and those of another are taken", async () => {
    await open({ ofAddressMax: 2 });
    come("127.0.0.2");
    const second = come("127.0.0.2");
    await until(() => port.open === 2);
    expect(await come("127.0.0.2").ended).toBe("");
    expect(port.refused).toEqual({ full: 0, address: 1 });
    const other = come("127.0.0.3");
    other.socket.write(ask);
    expect(await other.ended).toContain("127.0.0.3");
    second.socket.destroy();
    await until(() => port.open === 1);
    const again = come("127.0.0.2");
    again.socket.write(ask);
    expect(await again.ended).toContain("x-peer: 127.0.0.2");
  });

  test("of a proxy are all from its address, and are counted in all alone", async () => {
    await open({ ofAddressMax: null, connectionsMax: 5 });
    for (let at = 0; at < 5; at += 1) come("127.0.0.2");
    await until(() => port.open === 5);
    expect(port.refused).toEqual({ full: 0, address: 0 });
  });

  test("carry everything both ways, however large, and say nothing of a stranger who goes around", async () => {
    await open({});
    const body = crypto.getRandomValues(new Uint8Array(65_536));
    const much = Buffer.concat(Array.from({ length: 160 }, () => body));
    const url = `http://127.0.0.1:${port.port}`;
    const replies = await Promise.all(
      [1, 2, 3].map(async () => await fetch(url, { method: "POST", body: much })),
    );
    for (const reply of replies) {
      expect(reply.headers.get("x-peer")).toBe("127.0.0.1");
      expect(Buffer.from(await reply.arrayBuffer()).equals(much)).toBe(true);
    }
    const around = await fetch(`http://127.0.0.1:${behind.port}`);
    expect(around.headers.get("x-peer")).toBe("nobody");
  });

  test("that end in the middle are forgotten on both sides", async () => {
    await open({});
    const cut = come();
    cut.socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
    await until(() => port.open === 1);
    cut.socket.destroy();
    await until(() => port.open === 0);
    await until(() => behind.pendingRequests === 0);
  });

  test("to a port that somebody else has cannot be opened, and it is told which", async () => {
    await open({});
    expect(
      openPort({ ...{ host: "127.0.0.1", port: port.port, behind: 1 }, ...few }),
    ).rejects.toThrow(`port ${port.port} of 127.0.0.1 cannot be listened at (EADDRINUSE)`);
  });
});

const few = { connectionsMax: 1, ofAddressMax: 1 };
