/** Tenants apart: a row lies with the tenant whose machine wrote it, sealed with that machine's key. */
import { createHmac } from "node:crypto";
import type { Checker } from "../facts.ts";

export function tenantsApart(): Checker {
  const found: string[] = [];
  return {
    name: "tenants apart",
    end({ machines, rows }) {
      const owners = new Map(machines.map((machine) => [machine.agent, machine]));
      for (const { tenant, agent, seq, hash, mac } of rows) {
        const owner = owners.get(agent);
        if (owner === undefined) continue;
        if (owner.tenant !== tenant) {
          found.push(`entry ${seq} of ${owner.name} (${owner.tenant}) lies with ${tenant}`);
        }
        const sealed = `atlasbridge-entry/1\n${agent}\n${seq}\n${hash}`;
        const own = createHmac("sha256", owner.secret).update(sealed).digest("base64");
        if (own !== mac) found.push(`entry ${seq} of ${owner.name} is not sealed by it`);
      }
    },
    violations: () => found,
  };
}
