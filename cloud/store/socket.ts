/**
 * A connection's socket for postgres.js, which is told of its end as of an error, and never as of a close: it would
 * keep what it had not sent yet, and connect or write again with it (its `closed` and `nextWrite`).
 */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { bounds } from "../limits/bounds.ts";
import type { Address } from "./address.ts";

export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  readonly code = "CONNECTION_LOST";
}

/** Those of one pool, so that none of them outlives it. */
export class Sockets {
  readonly #address: Address;
  readonly #onLost: () => void;
  readonly #open = new Set<Socket>();
  #isOver = false;

  constructor(address: Address, onLost: () => void) {
    this.#address = address;
    this.#onLost = onLost;
  }

  /** Resolves once it is connected, TLS included. Rejects with `ConnectionLost`; `onLost` is called then, too. */
  async open(): Promise<Socket> {
    const plain = connect(this.#address.target);
    this.#keep(plain);
    try {
      await settled(plain, "connect");
      const isPlain = this.#address.tls === "none";
      const socket = isPlain ? plain : await encrypted(plain, this.#address);
      if (this.#isOver) throw new Error("the pool has ended meanwhile");
      this.#keep(socket);
      return quietAtEnd(socket, this.#onLost);
    } catch (error) {
      plain.destroy();
      this.#onLost();
      throw new ConnectionLost("the database cannot be reached", { cause: error });
    }
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    // Bound before anything of it is changed: it is told of every end.
    socket.once("close", () => this.#open.delete(socket));
  }

  /** What is open and what is still being opened. */
  destroy(): void {
    this.#isOver = true;
    for (const socket of this.#open) socket.destroy();
  }
}

/** SSLRequest (manual §54.2.10): the server answers with one letter, and TLS begins behind it. */
async function encrypted(plain: Socket, { tls, host }: Address): Promise<Socket> {
  plain.write(Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
  const [letter] = await settled(plain, "data");
  if (!(letter instanceof Uint8Array) || letter[0] !== "S".charCodeAt(0) || letter.length !== 1) {
    throw new Error("the server takes no TLS");
  }
  const secure = connectTls({
    socket: plain,
    rejectUnauthorized: tls === "verify",
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  await settled(secure, "secureConnect");
  return secure;
}

function settled(socket: Socket, event: string): Promise<unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  const done = (...values: unknown[]): void => resolve(values);
  const ended = (): void => reject(new Error("it was closed"));
  socket.once(event, done).once("error", reject).once("close", ended);
  socket.setTimeout(bounds.connectSeconds * 1_000, () => reject(new Error("it does not answer")));
  return promise.finally(() => {
    socket.setTimeout(0);
    socket.off(event, done).off("error", reject).off("close", ended);
  });
}

function quietAtEnd(socket: Socket, onLost: () => void): Socket {
  const lost = (): ConnectionLost => new ConnectionLost("the connection to the database was lost");
  const { emit, write } = socket;
  let ending = false;
  let isLost = false;
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== "close" || ending) return emit.call(socket, event, ...values);
    isLost = true;
    emit.call(socket, "error", lost());
    onLost();
    return true;
  };
  socket.write = ((...values: Parameters<Socket["write"]>): boolean => {
    if (!isLost) return write.apply(socket, values);
    queueMicrotask(() => emit.call(socket, "error", lost()));
    return true;
  }) as Socket["write"];
  // The library says goodbye (X) when it is done; without a word it is Node that ends what the other side has ended.
  const { end } = socket;
  socket.end = ((...values: Parameters<Socket["end"]>) => {
    if (values.length > 0) ending = true;
    return end.apply(socket, values);
  }) as Socket["end"];
  return socket;
}
