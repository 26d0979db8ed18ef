/** The port: so many connections at once, in all and from one address, each joined to the server behind it. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { AtlasError } from "../contracts/errors.ts";
import { addressOf } from "./limits/address.ts";

export type PortOptions = {
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Where the server behind it listens, on 127.0.0.1. */
  behind: number;
  connectionsMax: number;
  /** Null: all of them come from one proxy. */
  ofAddressMax: number | null;
};

export type Refused = { full: number; address: number };

export interface Port {
  readonly port: number;
  readonly open: number;
  /** How many were cut at once, since there were too many in all, or from where they came. */
  readonly refused: Readonly<Refused>;
  /** Whose connection has this port on the way to the server behind; null: nobody's that came through here. */
  peerOf(inner: number): string | null;
  /** Takes nothing new; resolves once all that is open has ended. */
  close(): Promise<void>;
  /** Cuts what is open. */
  destroy(): void;
}

/** Resolves once it listens; rejects where it cannot. */
export async function openPort(options: PortOptions): Promise<Port> {
  const { host, port, connectionsMax, ofAddressMax } = options;
  const peers = new Map<number, string>();
  const open = new Set<Socket>();
  const ofAddress = new Map<string, number>();
  const refused: Refused = { full: 0, address: 0 };

  const counted = (outer: Socket): boolean => {
    const address = addressOf(outer.remoteAddress ?? null, null, 0);
    const before = ofAddress.get(address) ?? 0;
    const why = open.size >= connectionsMax ? "full" : "address";
    if (why === "full" || (ofAddressMax !== null && before >= ofAddressMax)) {
      refused[why] += 1;
      return false;
    }
    open.add(outer);
    ofAddress.set(address, before + 1);
    outer.once("close", () => {
      open.delete(outer);
      const now = (ofAddress.get(address) ?? 1) - 1;
      if (now > 0) ofAddress.set(address, now);
      else ofAddress.delete(address);
    });
    return true;
  };

  const server = createServer(
    { pauseOnConnect: true, allowHalfOpen: true, noDelay: true },
    (outer) => {
      outer.on("error", () => outer.destroy());
      if (counted(outer)) join(outer, { behind: options.behind, peers });
      // Not a word: whoever floods is not given more work for it, and others try again as after any cut.
      else outer.destroy();
    },
  );
  return {
    port: await listening(server, host, port),
    get open() {
      return open.size;
    },
    refused,
    peerOf: (inner) => peers.get(inner) ?? null,
    close: () => new Promise((ended) => void server.close(() => ended())),
    destroy() {
      for (const socket of open) socket.destroy();
    },
  };
}

type Way = { behind: number; peers: Map<number, string> };

/** Each end ends the other, once all has been said. */
function join(outer: Socket, { behind, peers }: Way): void {
  const inner = connect({
    ...{ host: "127.0.0.1", port: behind },
    ...{ noDelay: true, allowHalfOpen: true },
  });
  inner.on("error", () => inner.destroy());
  inner.once("connect", () => {
    const own = inner.localPort ?? 0;
    peers.set(own, outer.remoteAddress ?? "unknown");
    inner.once("close", () => peers.delete(own));
    outer.pipe(inner).pipe(outer);
  });
  inner.once("close", () => outer.destroySoon());
  outer.once("close", () => inner.destroy());
}

function listening(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", (error: Error & { code?: string }) => {
    const message = `port ${port} of ${host} cannot be listened at (${error.code ?? error.name}); give another --port or --host`;
    reject(new AtlasError("usage", message));
  });
  server.listen({ host, port }, () => {
    const address = server.address();
    resolve(typeof address === "object" && address !== null ? address.port : port);
  });
  return promise;
}
