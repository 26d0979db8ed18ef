/** Connections to PostgreSQL under one role, and the one door to a tenant's rows: `withTenant`. */
import postgres from "postgres";
import { bounds } from "../limits/bounds.ts";
import { Gate } from "./gate.ts";

export type Sql = postgres.Sql;
/** Within one transaction. */
export type Transaction = postgres.TransactionSql;

export type PoolOptions = {
  url: string;
  connectionsMax?: number;
  /** Told to the database for its own lists of connections. */
  name: string;
};

export interface Pool {
  /** Outside of any tenant: only functions and directories can be asked. */
  readonly sql: Sql;
  /** Asks something that belongs to no tenant yet. Throws `Crowded` when too many wait. */
  ask<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction in which that tenant's rows exist and no others. What it returns is committed when
   * this resolves; when it throws, nothing was done. Throws `Crowded` when too many wait.
   */
  withTenant<T>(tenantId: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  load(): { active: number; waiting: number };
  end(): Promise<void>;
}

/** Settings that PostgreSQL itself enforces on each connection. */
const connection = {
  statement_timeout: bounds.statementMs,
  lock_timeout: bounds.lockMs,
  idle_in_transaction_session_timeout: bounds.idleInTransactionMs,
  TimeZone: "UTC",
} as const;

/** `?host=/folder` in a URL, as libpq has it: the folder of a socket. */
function socketOf(url: string): { url: string; host?: string } {
  const parsed = new URL(url);
  const host = parsed.searchParams.get("host");
  if (host === null) return { url };
  parsed.searchParams.delete("host");
  return { url: parsed.href, host };
}

export function connect({ url: given, name, connectionsMax }: PoolOptions): Sql {
  const { url, ...host } = socketOf(given);
  return postgres(url, {
    ...host,
    max: connectionsMax ?? bounds.poolConnectionsDefault,
    connect_timeout: bounds.connectSeconds,
    // Arrays are told their type where they are used; asking for types would take a turn at each start.
    fetch_types: false,
    onnotice: () => {},
    connection: { ...connection, application_name: name },
    // After a restart of the database a request finds it again soon.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
  });
}

export function openPool(options: PoolOptions): Pool {
  const connectionsMax = options.connectionsMax ?? bounds.poolConnectionsDefault;
  const sql = connect({ ...options, connectionsMax });
  const gate = new Gate(connectionsMax, bounds.poolQueueMax);
  return {
    sql,
    ask: (work) => gate.through(() => work(sql)),
    withTenant: (tenantId, work) => gate.through(() => inTenant(sql, tenantId, work)),
    load: () => ({ active: gate.active, waiting: gate.waiting }),
    end: () => sql.end({ timeout: bounds.connectSeconds }),
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
