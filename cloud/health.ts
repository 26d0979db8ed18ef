/** How the service is: whether it lives, whether it can take requests, and figures for those who watch it. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Clock, within } from "./clock.ts";
import { bounds } from "./limits/bounds.ts";
import type { Limiter } from "./limits/limiter.ts";
import type { Port } from "./port.ts";
import type { Pool } from "./store/pool.ts";

export type Readiness = {
  ready: boolean;
  database: "ok" | "unreachable";
  limits: "shared" | "alone";
  stopping: boolean;
};

export type HealthParts = { pool: Pool; limiter: Limiter; clock: Clock; isStopping(): boolean };

/** Without Redis it still takes requests; without a database it does not. */
export async function readiness(parts: HealthParts): Promise<Readiness> {
  const { pool, limiter, clock } = parts;
  const asked = pool
    .ask((sql) => sql`SELECT 1`)
    .then(
      () => true,
      () => false,
    );
  const isThere = await within(asked, { ms: bounds.readyMs, late: false, clock });
  const stopping = parts.isStopping();
  return {
    ready: isThere && !stopping,
    database: isThere ? "ok" : "unreachable",
    limits: limiter.state(),
    stopping,
  };
}

/** No tenant, agent or key is a label: who may read figures need not know customers. */
export type Metrics = {
  registry: Registry;
  replies: Counter<"route" | "status">;
  refusals: Counter<"problem">;
  entries: Counter<"outcome">;
  seconds: Histogram<"route">;
};

const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Watched = Pick<HealthParts, "pool" | "limiter"> & {
  /** Of the port, once there is one. */
  connections: () => Pick<Port, "open" | "refused">;
};

const name = (what: string): string => `atlasbridge_${what}`;

export function openMetrics(watched: Watched): Metrics {
  const registry = new Registry();
  const registers = [registry];
  watchedBy(registers, watched);
  return {
    registry,
    replies: new Counter({
      name: name("replies_total"),
      help: "Replies by route and status.",
      labelNames: ["route", "status"],
      registers,
    }),
    refusals: new Counter({
      name: name("refusals_total"),
      help: "Refused requests by problem.",
      labelNames: ["problem"],
      registers,
    }),
    entries: new Counter({
      name: name("entries_total"),
      help: "Trace entries that were acknowledged.",
      labelNames: ["outcome"],
      registers,
    }),
    seconds: new Histogram({
      name: name("reply_seconds"),
      help: "From a request's first line to its reply.",
      labelNames: ["route"],
      buckets: secondsBuckets,
      registers,
    }),
  };
}

/** What is looked at when somebody asks. */
function watchedBy(registers: Registry[], { pool, limiter, connections }: Watched): void {
  new Gauge({
    name: name("database_work"),
    help: "Units of work that have a connection or wait for one.",
    labelNames: ["state"],
    registers,
    collect() {
      const { active, waiting } = pool.load();
      this.set({ state: "active" }, active);
      this.set({ state: "waiting" }, waiting);
    },
  });
  new Gauge({
    name: name("connections"),
    help: "Connections that are open to the service.",
    registers,
    collect() {
      this.set(connections().open);
    },
  });
  new Gauge({
    name: name("connections_refused"),
    help: "Connections that were cut as they came: there were too many, or too many from one address.",
    labelNames: ["why"],
    registers,
    collect() {
      const { full, address } = connections().refused;
      this.set({ why: "full" }, full);
      this.set({ why: "address" }, address);
    },
  });
  new Gauge({
    name: name("limits_shared"),
    help: "1 while limits are shared by replicas in Redis.",
    registers,
    collect() {
      this.set(limiter.state() === "shared" ? 1 : 0);
    },
  });
  new Gauge({
    name: name("resident_bytes"),
    help: "Memory of the process.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
