/** The processes that a tool has started, and they in turn, as Linux tells them. */
import { childrenOf } from "./kernel.ts";
import { Proc } from "./proc-files.ts";

/** More than these are not looked at: a program that starts processes without end is not followed for ever. */
const processesMax = 10_000;

/** Parents before their children, the process itself first. Where the system does not tell: itself alone. */
export function withDescendants(pid: number, proc: Proc = new Proc("/proc")): number[] {
  const all = [pid];
  for (const parent of all) {
    if (all.length > processesMax) break;
    all.push(...(childrenOf(proc, parent, proc.numbers(`${parent}/task`)) ?? []));
  }
  return all;
}
