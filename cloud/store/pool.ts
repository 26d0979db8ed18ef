/** Connections to PostgreSQL under one role, and the one door to a tenant's rows: `withTenant`. */
import postgres from "postgres";
import { type Clock, systemClock } from "../clock.ts";
import { bounds } from "../limits/bounds.ts";
import { addressOf } from "./address.ts";
import { Gate, Shares } from "./gate.ts";
import { ConnectionLost, Sockets } from "./socket.ts";

export type Sql = postgres.Sql;
/** Within one transaction. */
export type Transaction = postgres.TransactionSql;

export type PoolOptions = {
  url: string;
  connectionsMax?: number;
  /** By which it is told that the database does not answer; the system's unless given. */
  clock?: Clock;
  /** Told to the database for its own lists of connections. */
  name: string;
};

export interface Door {
  /**
   * Runs `work` in one transaction in which that tenant's rows exist and no others. What it returns is committed when
   * this resolves; when it throws, nothing was done. Throws `Crowded` when too many wait.
   */
  withTenant<T>(tenantId: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** The same door while it is open: what is done through it is part of that transaction. */
export function openDoor(openTo: string, transaction: Transaction): Door {
  return {
    async withTenant(tenantId, work) {
      if (tenantId !== openTo) throw new Error("the door is open to another tenant");
      return await work(transaction);
    },
  };
}

export interface Pool extends Door {
  /** Outside of any tenant: only functions and directories can be asked. */
  readonly sql: Sql;
  /** Asks something that belongs to no tenant yet. Throws `Crowded` when too many wait. */
  ask<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  load(): { active: number; waiting: number };
  end(): Promise<void>;
}

/** Settings that PostgreSQL itself enforces on each connection. Texts where they are nothing: the library leaves out 0 and false. */
export const connectionSettings = {
  statement_timeout: bounds.statementMs,
  lock_timeout: bounds.lockMs,
  idle_in_transaction_session_timeout: bounds.idleInTransactionMs,
  TimeZone: "UTC",
  // A page is one of many that are asked for at once: it is to take one processor, and nothing that pays off later.
  max_parallel_workers_per_gather: "0",
  jit: "off",
  // What is read lies mostly in memory: a list follows its index and stops, rather than to gather all of a tenant and sort it.
  random_page_cost: "1.1",
} as const;

type ConnectOptions = Omit<PoolOptions, "clock"> & {
  /** A connection has ended that nobody has ended from here, or could not be made. */
  onLost?: () => void;
};

export function connect({ url: given, name, connectionsMax, onLost }: ConnectOptions): Sql {
  const address = addressOf(given);
  const sockets = new Sockets(address, onLost ?? (() => {}));
  const options = {
    max: connectionsMax ?? bounds.poolConnectionsDefault,
    connect_timeout: bounds.connectSeconds,
    // Of a connection that was lost its clock would go on, and keep the process from ending for up to an hour.
    max_lifetime: 0,
    // Arrays are told their type where they are used; asking for types would take a turn at each start.
    fetch_types: false,
    onnotice: () => {},
    connection: { ...connectionSettings, application_name: name },
    // Not among the library's types, but it asks for it (its `createSocket`).
    socket: () => sockets.open(),
  };
  const sql = postgres(address.url, options);
  const { end } = sql;
  // The library says goodbye and waits for an answer; of a server that does not answer there is none, ever.
  sql.end = async (wish) => {
    await end(wish);
    sockets.destroy();
  };
  return sql;
}

/**
 * Connections that live and end together: with one of them all are lost. `underWay`: what each piece of work fails by
 * then. No promise that all of them wait for: it would keep whatever was ever raced against it for as long as it lives.
 */
type Generation = {
  sql: Sql;
  underWay: Set<(why: ConnectionLost) => void>;
  give: (why: ConnectionLost) => void;
};

export function openPool(options: PoolOptions): Pool {
  const connectionsMax = options.connectionsMax ?? bounds.poolConnectionsDefault;
  const { clock = systemClock } = options;
  const gate = new Gate(connectionsMax, bounds.poolQueueMax);
  const spared = Math.floor(connectionsMax * bounds.poolSparedShare);
  const shares = new Shares(connectionsMax - spared, bounds.poolQueueMax / 2);
  let ended = false;
  let current = begin();

  /**
   * What the library leaves waiting when a connection ends would wait for ever, so all that is under way fails when
   * one does, and what comes next finds fresh connections. A transaction that was being committed may have been.
   */
  function begin(): Generation {
    const underWay: Generation["underWay"] = new Set();
    const give = (why: ConnectionLost): void => {
      if (ended || current !== generation) return;
      current = begin();
      for (const fail of underWay) fail(why);
      void generation.sql.end({ timeout: 0 }).catch(() => {});
    };
    const onLost = (): void => give(new ConnectionLost("the connection to the database was lost"));
    const sql = connect({ ...options, connectionsMax, onLost });
    const generation: Generation = { sql, underWay, give };
    return generation;
  }

  /** PostgreSQL ends what takes too long, unless it is itself away without a word: then this side does. */
  const over = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const { sql, underWay, give } = current;
    const late = (): void => give(new ConnectionLost("the database does not answer"));
    const timer = clock.after(bounds.workMs, late);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    underWay.add(reject);
    try {
      work(sql).then(resolve, reject);
      return await promise;
    } finally {
      underWay.delete(reject);
      timer.cancel();
    }
  };
  return {
    get sql() {
      return current.sql;
    },
    ask: (work) => gate.through(() => over(work)),
    withTenant: (tenantId, work) =>
      shares.through(tenantId, () =>
        gate.through(() => over((sql) => inTenant(sql, tenantId, work))),
      ),
    load: () => ({ active: gate.active, waiting: gate.waiting + shares.waiting }),
    end() {
      ended = true;
      return current.sql.end({ timeout: bounds.poolEndSeconds });
    },
  };
}

async function inTenant<T>(
  sql: Sql,
  tenantId: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  // In an object, since the library would wait for each element of an array.
  const done = await sql.begin(async (transaction) => {
    // Local to the transaction, and not waited for: what follows is dealt with after it, and fails when it fails.
    const entered = transaction`SELECT set_config('atlasbridge.tenant_id', ${tenantId}, true)`;
    const [, value] = await Promise.all([entered.execute(), work(transaction)]);
    return { value };
  });
  return done.value;
}
