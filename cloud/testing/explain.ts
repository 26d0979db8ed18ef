/** A pool that keeps what it was asked, so that the database can be asked how it would answer. */
import postgres from "postgres";
import { addressOf } from "../store/address.ts";
import { connectionSettings, type Pool, type Sql } from "../store/pool.ts";

export type Asked = { text: string; parameters: unknown[]; tenantId: string };

export type Plan = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  "Recheck Cond"?: string;
  Plans?: Plan[];
};

/** `url`: of the service's role. What procedures ask within a tenant is in `asked`, in the order of its asking. */
export function askedPool(plain: Pool, url: string, asked: Asked[]): Pool {
  let tenant = "";
  const address = addressOf(url);
  const path = "path" in address.target ? { path: address.target.path } : {};
  const sql = postgres(address.url, {
    ...path,
    max: 1,
    fetch_types: false,
    connection: connectionSettings,
    onnotice: () => {},
    debug: (_connection, text, parameters) => {
      if (/atlasbridge\.\w/.test(text)) asked.push({ text, parameters, tenantId: tenant });
    },
  });
  return {
    get sql() {
      return plain.sql;
    },
    ask: (work) => plain.ask(work),
    withTenant: async (tenantId, work) => {
      const done = await sql.begin(async (transaction) => {
        tenant = tenantId;
        await transaction`SELECT set_config('atlasbridge.tenant_id', ${tenantId}, true)`;
        return { value: await work(transaction) };
      });
      return done.value;
    },
    load: () => plain.load(),
    async end() {
      await sql.end();
      await plain.end();
    },
  };
}

/** As the service's role, within that tenant. */
export async function planOf(sql: Sql, { text, parameters, tenantId }: Asked): Promise<Plan> {
  const done = await sql.begin(async (transaction) => {
    await transaction`SELECT set_config('atlasbridge.tenant_id', ${tenantId}, true)`;
    const values = parameters as string[];
    const [row] = await transaction.unsafe(`EXPLAIN (FORMAT JSON) ${text}`, values);
    return { plan: row?.["QUERY PLAN"][0].Plan as Plan };
  });
  return done.plan;
}

export const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** What it reads of these tables otherwise than by an index whose condition begins with the tenant. */
export function walksIn(plan: Plan, tables: ReadonlySet<string>): { table: string; how: string }[] {
  return nodesOf(plan).flatMap((node) => {
    const table = node["Relation Name"] ?? "";
    const condition = node["Index Cond"] ?? node["Recheck Cond"] ?? "no condition";
    const isByIndex = /Index|Bitmap/.test(node["Node Type"]) && condition.includes("tenant_id");
    if (!tables.has(table) || isByIndex) return [];
    return [{ table, how: `${node["Node Type"]}, ${condition}` }];
  });
}
