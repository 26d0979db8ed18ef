/** Whether another process of a terminal's foreground group than the one that reads has written last, and goes on. Pure. */
import type { ProcessStat } from "./kernel-text.ts";
import type { Writers } from "./writers.ts";

/** A process of the group. `goesOn`: it works, sleeps for a time, or waits for what comes from elsewhere. */
export type Member = {
  pid: number;
  stat: ProcessStat;
  /** It runs or sleeps just now. */
  works: () => boolean;
  goesOn: () => boolean;
};

/**
 * A parent that waits for the reader, and does nothing else, has asked for it; a filter (`tool | tee log`) passes on
 * what it asks. But who goes on beside the reader, and has written since anybody had before, may have asked nothing.
 */
export function otherAsked(
  reader: number,
  members: readonly Member[],
  writers: Pick<Writers, "lastOf">,
): boolean {
  const group = new Map(members.map((member) => [member.pid, member]));
  const above = lineOf(reader, group);
  const going = members.filter(({ pid, stat, works, goesOn }) => {
    if (pid === reader || !/[RSDI]/.test(stat.state)) return false;
    return above.includes(pid) ? works() : goesOn();
  });
  if (going.length === 0) return false;
  const suspects = new Set(going.flatMap(({ pid }) => suspectsOf(pid, above, group)));
  const last = writers.lastOf(`group ${reader}`, [reader, ...suspects].map(String));
  return last === null || [...suspects].some((pid) => last.who.has(`${pid}`));
}

/**
 * Who may be writing for one that goes on: itself, and those above it, as a shell is that waits for its `sleep`. What the
 * reader's own line has started after the reader is what it waits for now, and the reader is in the background.
 */
function suspectsOf(
  pid: number,
  above: readonly number[],
  group: ReadonlyMap<number, Member>,
): number[] {
  if (above.includes(pid)) return [pid];
  const line = lineOf(pid, group);
  const common = line.findIndex((one) => above.includes(one));
  if (common === -1) return line;
  const branch = group.get(line[common - 1] ?? pid);
  const parent = above.indexOf(line[common] ?? pid);
  const reader = group.get(above[parent - 1] ?? 0);
  const own = line.slice(0, common);
  return reader !== undefined && branch !== undefined && isAfter(branch, reader)
    ? [...own, ...above.slice(parent)]
    : own;
}

function isAfter(a: Member, b: Member): boolean {
  return a.stat.started === b.stat.started ? a.pid > b.pid : a.stat.started > b.stat.started;
}

/** A process and those above it, as far as they belong to the group. */
function lineOf(pid: number, group: ReadonlyMap<number, Member>): number[] {
  const line: number[] = [];
  let member = group.get(pid);
  while (member !== undefined && !line.includes(member.pid)) {
    line.push(member.pid);
    member = group.get(member.stat.parent);
  }
  return line;
}
