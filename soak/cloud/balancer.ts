/** One address before several replicas: hands each connection to the next one that takes it; can be cut off. */
import { connect, createServer, type Server, type Socket } from "node:net";

export type Balancer = {
  url: string;
  /** Where connections go from now on; those that are there stay. */
  serve(ports: readonly number[]): void;
  /** Nothing comes through any more: what is open is torn, what is new is refused. */
  cut(): void;
  mend(): void;
  /** Connections that were handed on. */
  readonly carried: number;
  stop(): Promise<void>;
};

export async function startBalancer(): Promise<Balancer> {
  const open = new Set<Socket>();
  let targets: readonly number[] = [];
  let turn = 0;
  let isCut = false;
  let carried = 0;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // Whatever ends it: the other end is ended where the two are joined.
    socket.on("error", () => socket.destroy());
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    keep(client);
    if (isCut) return void client.destroy();
    carried += 1;
    turn += 1;
    const from = turn % Math.max(targets.length, 1);
    const inTurn = [...targets.slice(from), ...targets.slice(0, from)];
    void joined(client, inTurn, keep);
  });
  await listening(server);
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    serve: (ports) => void (targets = ports),
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => void (isCut = false),
    get carried() {
      return carried;
    },
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
    },
  };
}

/** To the first one that takes it. */
async function joined(
  client: Socket,
  ports: readonly number[],
  keep: (socket: Socket) => void,
): Promise<void> {
  for (const port of ports) {
    const service = await connected(port);
    if (service === null) continue;
    keep(service);
    client.on("close", () => service.destroy());
    service.on("close", () => client.destroy());
    client.pipe(service);
    service.pipe(client);
    return;
  }
  client.destroy();
}

function connected(port: number): Promise<Socket | null> {
  const { promise, resolve } = Promise.withResolvers<Socket | null>();
  const socket = connect(port, "127.0.0.1", () => resolve(socket));
  socket.on("error", () => resolve(null));
  return promise;
}

function listening(server: Server): Promise<void> {
  return new Promise((done) => void server.listen(0, "127.0.0.1", done));
}
